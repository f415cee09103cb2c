"""«Создать машиночитаемую доверенность» in Chromium: created, signed by the stand-in, listed; it passes verify_mchd, and its
employee signs under it until it is revoked.

Every page of powers of attorney is looked at on the way: axe, sideways scrolling, the console.
"""

from __future__ import annotations

import json
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import EsiaRole
from core.jobs.models import Job
from core.jobs.tasks import run_job
from signatures.actions import ask_due
from signatures.archive.judging import judge
from signatures.models import PowerDraft, PowerOfAttorney, Signature
from simulators.demo_ca import sign
from simulators.demo_ca.holders import certificates_of, holder_of_request
from tests import factories
from tests.signatures import papers
from tests.signatures.conftest import HEAD
from tests.signatures.papers import EMPLOYEE
from tests.signatures.windows import Window
from tests.violations import control
from violations.protocols.models import CommissionProtocol
from violations.protocols.states import ProtocolState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHY = "отменена"
ASK, MAKE = "Попросите руководителя оформить на вас", "Оформите новую доверенность"


@pytest.fixture
def admin() -> Any:
    """The organization's head by his role in ЕСИА."""
    control.trust_demo_authority()
    home = factories.organization(inn=HEAD["innle"], ogrn=HEAD["ogrn"])
    person = factories.user(snils=HEAD["snils"], inn=HEAD["inn"], last_name="Иванов", first_name="Пётр")
    EsiaRole.objects.create(
        user=person, org_oid=home.esia_oid, full_name=home.full_name, chief=True, seen_at=timezone.now()
    )
    return factories.acting_by(factories.grant(person, home), person)


@pytest.fixture
def employee(admin: Any) -> Any:
    person = factories.user(snils=EMPLOYEE.snils, inn=EMPLOYEE.inn, last_name="Петрова", first_name="Мария")
    rights = ["protocols.view", "protocols.sign"]
    return factories.acting_by(factories.grant(person, admin.organization, rights=rights), person)


def verdict(power: PowerOfAttorney, tmp_path: Path) -> str:
    """What verify_mchd says of the kept files, by the trust list of the installation."""
    xml, signature = tmp_path / "p.xml", tmp_path / "p.sig"
    xml.write_bytes(power.xml)
    signature.write_bytes(bytes(power.signature.der))
    out = StringIO()
    call_command(
        "verify_mchd",
        *("--xml", str(xml), "--signature", str(signature), "--json", "--inn", HEAD["innle"], "--ogrn", HEAD["ogrn"]),
        *("--snils", EMPLOYEE.snils, "--power", *django_settings.SIGNATURE_MCHD_POWERS),
        stdout=out,
    )
    return str(json.loads(out.getvalue())["verdict"])


def test_from_the_form_to_the_revocation(browser, live_server, settings, admin, employee, tmp_path):
    settings.PUBLIC_URL = live_server.url
    window = Window(browser, live_server.url, admin)
    page = window.page
    window.open("signatures:powers")
    window.look("powers-empty")
    page.get_by_role("link", name="Создать машиночитаемую доверенность").first.click()
    window.look("power-new")
    assert page.get_by_label("Кто подпишет").input_value() == str(admin.user.pk), "whom ЕСИА calls the head"
    page.get_by_label("Сотрудник", exact=True).select_option(str(employee.user.pk))
    page.get_by_role("button", name="Составить доверенность").click()
    page.get_by_text("Подходит один сертификат").wait_for()
    window.look("power-draft")
    draft = PowerDraft.objects.get()
    page.get_by_role("button", name="Подписать доверенность").click()
    page.get_by_text("подписана и добавлена в кабинет").wait_for()
    window.look("power")
    power = PowerOfAttorney.objects.get()
    assert power.xml == bytes(draft.body)
    assert verdict(power, tmp_path) == "ok"
    window.open("signatures:powers")
    page.get_by_role("row").filter(has_text="Петрова").get_by_text("Действует", exact=True).wait_for()
    window.look("powers")
    window.open("signatures:power_add")
    window.look("power-add")
    window.open("accounts:administration")
    page.get_by_text(f"МЧД до {power.until:%d.%m.%Y}").first.wait_for()
    window.look("administration")
    window.close()
    kept = _signs_a_protocol(browser, live_server.url, admin, employee, power)
    _revoked(settings, tmp_path, power)
    _is_refused(browser, live_server.url, admin, employee, tmp_path)
    assert judge(kept).holds, "what was signed before stays signed"


def _signs_a_protocol(browser: Any, address: str, admin: Any, employee: Any, power: PowerOfAttorney) -> Signature:
    """The employee's personal certificate is offered and accepted now."""
    protocol = _protocol(admin)
    window = Window(browser, address, employee)
    window.open("violations:protocol_sign", protocol.uid)
    window.page.get_by_text("Подходит один сертификат").wait_for()
    window.page.get_by_role("button", name="Подписать и отправить").click()
    window.page.get_by_text("Протокол отправлен, решение применено").wait_for()
    kept = Signature.objects.get(purpose="commission_protocol")
    assert kept.power == power
    window.page.get_by_text(f"по доверенности: {power}").wait_for()
    _takes_away(window.page, kept)
    window.close()
    return kept


def _protocol(admin: Any) -> CommissionProtocol:
    """One that waits for the organization's signature."""
    _, flags = control.not_unique(admin.organization)
    return control.frozen(admin, flags)


def _takes_away(page: Any, kept: Signature) -> None:
    """The receipt and the evidence of his signature: both name the paper, the ZIP holds it."""
    assert kept.power is not None
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Скачать всё одним архивом").click()
    with zipfile.ZipFile(downloading.value.path()) as packed:
        assert packed.read("document.xml") == bytes(kept.document.body)
        assert packed.read("power-of-attorney.xml") == kept.power.xml
        assert packed.read("power-of-attorney.xml.sig") == bytes(kept.power.signature.der)
        assert kept.power.short_number in packed.read("receipt.txt").decode()
    page.get_by_role("link", name="Квитанция о подписании").click()
    page.locator("#pdf-state").get_by_text("Готовим документ").wait_for()
    for job in Job.objects.of(kept).unfinished():
        run_job(str(job.pk))  # the worker's part
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Скачать PDF").click()
    printed = PdfReader(downloading.value.path()).pages[0].extract_text()
    assert f"Машиночитаемая доверенность № {kept.power.short_number}" in " ".join(printed.split())


def _revoked(settings: Any, folder: Path, power: PowerOfAttorney) -> None:
    """The stand-in of the registry says so at the next round."""
    settings.MCHD_REGISTRY = "signatures.registry_file.JsonFile"
    settings.MCHD_REGISTRY_FILE = str(folder / "registry.json")
    said = {power.number: {"status": "revoked", "at": timezone.now().isoformat()}}
    (folder / "registry.json").write_text(json.dumps(said))
    assert ask_due() == 1


def _is_refused(browser: Any, address: str, admin: Any, employee: Any, folder: Path) -> None:
    """Neither the page offers his certificate any more, nor is a file of his signature taken; both say why and what to do."""
    protocol = _protocol(admin)
    window = Window(browser, address, employee)
    page = window.page
    window.open("violations:protocol_sign", protocol.uid)
    page.get_by_text("Ни один из найденных сертификатов не подходит").wait_for()
    assert not page.get_by_role("button", name="Подписать и отправить").is_visible()
    page.locator("[data-problem]").filter(has_text=WHY).wait_for()
    page.locator("[data-advice]").filter(has_text=ASK).wait_for()
    authority = control.demo_authority()
    personal = certificates_of(authority, *holder_of_request(employee.user, employee))[0]
    file = folder / "personal.sig"
    file.write_bytes(sign(bytes(protocol.document), authority.signer(personal)))
    page.get_by_text("Загрузить файл подписи").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Отправить файл подписи").click()
    refusal = page.locator(".notice").filter(has_text="Подпись не принята, протокол не отправлен")
    assert WHY in refusal.inner_text()
    assert MAKE in refusal.inner_text()
    window.look("power-refused")
    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.SIGNING
    window.open("signatures:powers")
    page.get_by_role("row").filter(has_text="Петрова").get_by_text("Отменена", exact=True).wait_for()
    window.close()


def test_upload_without_javascript(browser, live_server, settings, admin, tmp_path):
    settings.PUBLIC_URL = live_server.url
    settings.SIGNATURE_MCHD_POWERS = [papers.CODE]
    xml = papers.paper(**papers.of(admin, head=papers.Person(HEAD["snils"], "", "Иванов", "Пётр")))
    (tmp_path / "p.xml").write_bytes(xml)
    (tmp_path / "p.sig").write_bytes(control.signed(xml, admin))
    window = Window(browser, live_server.url, admin, scripts=False)
    page = window.page
    window.open("signatures:power_add")
    page.locator("input[name=xml]").set_input_files(tmp_path / "p.xml")
    page.locator("input[name=signature]").set_input_files(tmp_path / "p.xml")
    page.get_by_role("button", name="Проверить и добавить").click()
    page.get_by_text("Доверенность не принята").wait_for()
    page.locator("input[name=xml]").set_input_files(tmp_path / "p.xml")
    page.locator("input[name=signature]").set_input_files(tmp_path / "p.sig")
    page.get_by_role("button", name="Проверить и добавить").click()
    page.get_by_text("проверена и добавлена в кабинет").wait_for()
    assert PowerOfAttorney.objects.count() == 1
    window.close()
