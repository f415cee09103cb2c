"""Every page by its URL name in Chromium: axe finds nothing, nothing scrolls sideways, the console is silent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client

from core.checks import every_pattern, is_third_party
from core.jobs import enqueue
from core.jobs.models import Job
from core.jobs.models import State as JobState
from sout_reports.models import SoutReport
from sout_reports.states import State
from tests import factories
from tests.test_permissions import DEVELOPMENT_ONLY, NO_DOCUMENT_YET, TABLE
from tests.violations import control
from tests.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WIDTHS = (360, 768, 1280)
PARTS = 3  # tests of one list of pages, for several processes
NOT_PAGES = {
    "sout_reports:download": "leads to the report",
    "sout_reports:refused_file": "leads to the refusal",
    "sout_reports:problems_file": "a file",
    "sout_reports:receipt_pdf": "a file",
    "violations:protocol_document": "a file",
    "violations:opinion_document": "a file",
    "signatures:power_xml": "a file",
    "signatures:power_signature": "a file",
    "signatures:power_draft_xml": "a file",
    "accounts:my_actions_file": "a file",
    "accounts:journal_csv": "a file",
    "accounts:journal_xlsx": "a file",
    "sout_reports:status": "a part of the receipt",
    "sout_reports:reveal_snils": "leads to the card",
    "accounts:sign_in": "leads to ЕСИА",
    "accounts:employees": "leads to ЕСИА where its token is not kept",
    "accounts:esia_organization": "leads to ЕСИА",
    "accounts:esia_organization_callback": "leads to the choice of organization",
    "esia_callback": "leads to the start page",
    "violations:message_pdf": "a file",
    "violations:message_file": "a file",
    "violations:sent_message_status": "a part of the sent message",
    "violations:attachment": "a file",
    "signatures:doctor_challenge": "a file",
    "registries:register_import_status": "a part of the page of the upload",
    "signatures:signature_file": "a file",
    "signatures:evidence": "a file",
    "signatures:check_result": "opens in the browser that uploaded alone: see tests/signatures/test_check_browser.py",
}
# The same page in its other states: (what it shows, URL name, kind of object, a word that only this state says).
STATES = [
    ("a frozen protocol", "violations:protocol", "frozen", "Ждёт подписи"),
    ("a sent protocol", "violations:protocol", "applied", "Протокол отправлен, решение применено"),
    ("a signed opinion", "violations:opinion", "signed opinion", "Точный текст документа"),
    ("a protocol with opinions", "violations:protocol", "commission", "Особое мнение подписано"),
    ("the document of a sent protocol", "violations:protocol_preview", "applied", "Точный текст, который подписан"),
    ("the receipt while the check goes on", "sout_reports:receipt", "checked", "50 из 200"),
    ("the receipt of a refused file", "sout_reports:receipt", "refused", "Отказано в приёме"),
    ("a PDF that is not made yet", "violations:expertise_pdf", "report", "Готовим документ"),
]
# A draft is opened by its editor: whoever may prepare it is led there from «violations:protocol».
KINDS = {"violations:protocol": "frozen", "violations:protocol_commission": "commission"}


def pages() -> list[str]:
    """Names of URLs that answer GET with a page."""
    left_out = set(NOT_PAGES) | NO_DOCUMENT_YET | DEVELOPMENT_ONLY
    return [
        name
        for route, name, callback in every_pattern()
        if not is_third_party(route) and "GET" in callback.door.read and name not in left_out
    ]


def is_trouble(said: Any) -> bool:
    """Chromium complains of every answer that is no success; a refused form is answered by 422."""
    return said.type == "error" and "status of 422" not in said.text


def visits(world: World) -> list[tuple[str, str, str]]:
    """(What is looked at, its path, a word that it has to say) of every page and every other state of one."""
    every = [(name, world.url(name, KINDS.get(name, TABLE[name][1])), "") for name in pages()]
    return every + [(label, world.url(name, kind), word) for label, name, kind, word in STATES]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_at_every_width(part: int, browser: Any, live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    world = make_world()
    world.objects["applied"] = (control.sent(world.admin).uid,)
    _, flags = control.not_unique(world.admin.organization)
    commission = control.commission_frozen(world.admin, flags)
    control.opinion_of(world.admin, commission, "Примеров Пётр")
    opinion = control.signed_opinion(world.admin, commission, "Образцов Иван Ильич")
    world.objects |= {"commission": (commission.uid,), "signed opinion": (opinion.uid,)}
    world.objects["checked"] = (being_checked(world).uid,)
    context, page, troubles = signed_in(browser, live_server, world)
    for label, path, word in visits(world)[part::PARTS]:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            answer = page.goto(live_server.url + path)
            if (answer.status, urlsplit(page.url).path) != (200, path):
                troubles.append(f"{label}: {path} answers {answer.status} at {page.url}")
                break
            if word:
                page.get_by_text(word).first.wait_for()
            troubles += _look(page, label, width)
    context.close()
    assert not troubles, "\n".join(troubles)


def test_a_refused_signature_at_every_width(browser: Any, live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    world = make_world()
    context, page, troubles = signed_in(browser, live_server, world)
    troubles += _refused_signature(page, live_server.url + world.url("violations:protocol_sign", "frozen"))
    context.close()
    assert not troubles, "\n".join(troubles)


def signed_in(browser: Any, live_server: Any, world: World) -> tuple[Any, Any, list[str]]:
    """A window of the administrator and its page; what its console complains of is put into the list."""
    client = factories.sign_in(Client(), world.admin)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    context = browser.new_context()
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(f"{page.url}: {said.text}") if is_trouble(said) else None)
    return context, page, troubles


def being_checked(world: World) -> SoutReport:
    """A report in the middle of its check."""
    report = factories.report(employer=None, by=world.admin, state=State.CHECKING)
    enqueue("report.check", report, actor=world.admin)
    Job.objects.of(report).update(state=JobState.RUNNING, step="checking", done=50, total=200)
    return report


def _refused_signature(page: Any, address: str) -> list[str]:
    """The signing page as it answers a file that is no signature."""
    page.goto(address)
    page.get_by_text("Загрузить файл подписи").click()
    page.set_input_files("input[type=file]", {"name": "a.sig", "mimeType": "text/plain", "buffer": b"no signature"})
    # the panel posts too, to the doctor
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url == address) as posted:
        page.get_by_role("button", name="Отправить файл подписи").click()
    page.get_by_text("Подпись не принята, протокол не отправлен").wait_for()
    troubles = [] if posted.value.status == 422 else [f"a refused signature answers {posted.value.status}"]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        troubles += _look(page, "a refused signature", width)
    return troubles


def _look(page: Any, name: str, width: int) -> list[str]:
    if folder := os.environ.get("LKOT_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name.replace(':', '-')}-{width}.png"), full_page=True)
    found = Axe().run(page).response["violations"]
    troubles = [f"{name} at {width}: {rule['id']}: {node['html'][:140]}" for rule in found for node in rule["nodes"]]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        troubles.append(f"{name} at {width}: {wide} px wide")
    return troubles
