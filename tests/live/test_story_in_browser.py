"""The product's main job in Chromium, with real workers: a report goes in, flags come out, a signed protocol clears them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from accounts.acting import Acting
from accounts.actions import ensure_employer
from sout_reports.models import SoutReport
from tests import factories
from tests.live.story import file_of, in_registers, today_spec
from tests.violations import control
from violations.flags.models import Flag
from violations.flags.states import FlagState
from violations.protocols.models import CommissionProtocol
from violations.protocols.states import ProtocolState

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cabinet(live_server: Any, settings: Any) -> str:
    settings.PUBLIC_URL = live_server.url
    return live_server.url


def page_of(browser: Any, cabinet: str, who: Acting, complaints: list[str]) -> Any:
    """A browser window in which `who` is signed in."""
    client = factories.sign_in(Client(), who)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": cabinet}])
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    return page


def employer_of(spec: Any) -> Acting:
    stated = spec.employer
    employer = ensure_employer(inn=stated.inn, ogrn=stated.ogrn, kpp=stated.kpp, full_name=stated.name)
    return factories.acting(employer)


def test_from_upload_to_cleared_flags(browser, cabinet, workers, wait_for, tmp_path: Path):
    complaints: list[str] = []
    first = today_spec(kind="plant", workplaces=12, seed=5, sout_id="930001", similar=False)
    second = today_spec(workplaces=5, seed=6, sout_id="930002", similar=False, previous=False, employer=first.employer)
    bringer = in_registers([first, second])
    employer = employer_of(first)
    control.trust_demo_authority()
    workers.start()

    page = page_of(browser, cabinet, bringer, complaints)
    for number, spec in enumerate((first, second)):
        path = tmp_path / f"report-{number}.xml"
        path.write_bytes(file_of(spec).getvalue())
        page.goto(f"{cabinet}/sout/import/")
        page.locator("input[type=file]").set_input_files(str(path))
        page.get_by_role("button", name=re.compile("Загрузить|Отправить|Передать")).first.click()
        page.wait_for_url("**/sout/brought/*/")
        assert page.get_by_text("SHA-256").first.is_visible()
        page.get_by_text(re.compile("соответствует требованиям", re.IGNORECASE)).first.wait_for(timeout=60_000)
    assert SoutReport.objects.filter(state="accepted").count() == 2
    assert Flag.objects.filter(rule="SOUT-UNIQ-001", state=FlagState.OPEN).count() == 5

    page = page_of(browser, cabinet, employer, complaints)
    page.goto(f"{cabinet}/control/flags/")
    ticks = page.locator("main input[type=checkbox]")
    for index in range(ticks.count()):
        ticks.nth(index).check()
    page.get_by_role("button", name=re.compile("Создать протокол комиссии")).first.click()
    page.wait_for_url("**/edit/")
    page.get_by_role("button", name="Подписать и отправить").click()
    page.wait_for_url("**/sign/")

    with page.expect_download() as downloading:
        page.get_by_role("link", name=re.compile("Скачать")).first.click()
    document = Path(downloading.value.path()).read_bytes()
    protocol = CommissionProtocol.objects.get()
    assert document == bytes(protocol.document), "what is downloaded is what is signed"
    sign_in_browser(page, employer)
    page.wait_for_url(f"**/control/protocols/{protocol.uid}/", timeout=60_000)

    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.APPLIED
    page.goto(f"{cabinet}/control/flags/?state=cleared")
    assert page.get_by_text(re.compile("погашено протоколом № ")).count() >= 5
    page.goto(f"{cabinet}/sout/reports/")
    assert page.locator("main table").get_by_text("Не соответствует требованиям").count() == 0
    assert complaints == []


def sign_in_browser(page: Any, who: Acting) -> None:
    """Choose the organization's certificate in the plug-in's list and sign."""
    panel = page.locator("[data-signing]").first
    panel.wait_for()
    choices = page.locator("input[type=radio]:not([disabled])")
    choices.first.wait_for(timeout=30_000)
    choices.first.check()
    page.locator("[data-signing-sign]").click()


def test_the_receipt_shows_progress_and_survives_reload(browser, cabinet, workers, wait_for, tmp_path: Path):
    complaints: list[str] = []
    spec = today_spec(workplaces=12_000, sout_id="930003")
    bringer = in_registers([spec])
    path = tmp_path / "report.xml"
    path.write_bytes(file_of(spec).getvalue())
    page = page_of(browser, cabinet, bringer, complaints)
    page.goto(f"{cabinet}/sout/import/")
    page.locator("input[type=file]").set_input_files(str(path))
    page.get_by_role("button", name=re.compile("Загрузить|Отправить|Передать")).first.click()
    page.wait_for_url("**/sout/brought/*/")
    receipt = page.url
    page.close()  # «страницу можно закрыть»

    workers.start()
    page = page_of(browser, cabinet, bringer, complaints)
    page.goto(receipt)
    seen: set[str] = set()

    def finished() -> bool:
        # at once: the page replaces the bar while it is looked at
        seen.update(page.locator("progress").evaluate_all("bars => bars.map(bar => bar.getAttribute('value') || '')"))
        return page.get_by_text(re.compile("соответствует требованиям", re.IGNORECASE)).count() > 0

    wait_for(finished, 120, 0.05)
    assert len(seen - {"", "0"}) >= 2, f"two different done values while the check runs: {sorted(seen)}"
    assert complaints == []
