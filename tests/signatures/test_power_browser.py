"""«Создать машиночитаемую доверенность» in Chromium: created, signed by the stand-in, listed; it passes verify_mchd.

Every page of powers of attorney is looked at on the way: axe, sideways scrolling, the console.
"""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import EsiaRole
from signatures.models import PowerDraft, PowerOfAttorney, Signature
from tests import factories
from tests.signatures import papers
from tests.signatures.conftest import HEAD
from tests.signatures.papers import EMPLOYEE
from tests.violations import control

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 768, 1280)


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


class Window:
    """A signed-in person's browser window that collects what is wrong with the pages."""

    def __init__(self, browser: Any, address: str, who: Any) -> None:
        cookie = factories.sign_in(Client(), who).cookies[django_settings.SESSION_COOKIE_NAME]
        self.context = browser.new_context()
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        self.address, self.page = address, self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.troubles.append(said.text))

    def open(self, name: str, *args: Any) -> None:
        self.page.goto(self.address + reverse(f"signatures:{name}", args=args))

    def look(self, name: str) -> None:
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if folder := os.environ.get("LKOT_SHOTS"):
                self.page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
            found = Axe().run(self.page).response["violations"]
            for rule in found:
                self.troubles += [f"{name} at {width}: {rule['id']}: {node['html'][:140]}" for node in rule["nodes"]]
            if (wide := self.page.evaluate("document.documentElement.scrollWidth")) > width:
                self.troubles.append(f"{name} at {width}: {wide} px wide")


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


def test_create_sign_listed(browser, live_server, settings, admin, employee, tmp_path):
    settings.PUBLIC_URL = live_server.url
    window = Window(browser, live_server.url, admin)
    page = window.page
    window.open("powers")
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
    window.open("powers")
    page.get_by_role("row").filter(has_text="Петрова").get_by_text("Действует", exact=True).wait_for()
    window.look("powers")
    window.open("power_add")
    window.look("power-add")
    page.goto(live_server.url + reverse("accounts:administration"))
    page.get_by_text(f"МЧД до {power.until:%d.%m.%Y}").first.wait_for()
    window.look("administration")
    assert window.troubles == []
    window.context.close()
    _signs_a_protocol(browser, live_server.url, admin, employee, power)


def _signs_a_protocol(browser: Any, address: str, admin: Any, employee: Any, power: PowerOfAttorney) -> None:
    """The employee's personal certificate is offered and accepted now."""
    _, flags = control.not_unique(admin.organization)
    protocol = control.frozen(admin, flags)
    window = Window(browser, address, employee)
    window.page.goto(address + reverse("violations:protocol_sign", args=[protocol.uid]))
    window.page.get_by_text("Подходит один сертификат").wait_for()
    window.page.get_by_role("button", name="Подписать и отправить").click()
    window.page.get_by_text("Протокол отправлен, решение применено").wait_for()
    assert Signature.objects.get(purpose="commission_protocol").power == power
    assert window.troubles == []
    window.context.close()


def test_upload_without_javascript(browser, live_server, settings, admin, tmp_path):
    settings.PUBLIC_URL = live_server.url
    settings.SIGNATURE_MCHD_POWERS = [papers.CODE]
    xml = papers.paper(**papers.of(admin, head=papers.Person(HEAD["snils"], "", "Иванов", "Пётр")))
    (tmp_path / "p.xml").write_bytes(xml)
    (tmp_path / "p.sig").write_bytes(control.signed(xml, admin))
    window = Window(browser, live_server.url, admin)
    context = browser.new_context(java_script_enabled=False, storage_state=window.context.storage_state())
    window.context.close()
    page = context.new_page()
    page.goto(live_server.url + reverse("signatures:power_add"))
    page.locator("input[name=xml]").set_input_files(tmp_path / "p.xml")
    page.locator("input[name=signature]").set_input_files(tmp_path / "p.xml")
    page.get_by_role("button", name="Проверить и добавить").click()
    page.get_by_text("Доверенность не принята").wait_for()
    page.locator("input[name=xml]").set_input_files(tmp_path / "p.xml")
    page.locator("input[name=signature]").set_input_files(tmp_path / "p.sig")
    page.get_by_role("button", name="Проверить и добавить").click()
    page.get_by_text("проверена и добавлена в кабинет").wait_for()
    assert PowerOfAttorney.objects.count() == 1
    context.close()
