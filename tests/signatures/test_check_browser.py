"""«Проверить документ» in Chromium: at a phone's width, with axe, without JavaScript, and while a worker hashes."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from core.jobs.models import Job
from core.jobs.tasks import run_job
from signatures.checking import job, judging
from simulators.demo_ca import sign
from simulators.demo_ca.trusting import trust_demo_authority
from tests.signatures.conftest import DOCUMENT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 768, 1280)


@pytest.fixture
def site(live_server: Any, settings: Any, demo: Any) -> str:
    settings.PUBLIC_URL = live_server.url
    settings.ACCOUNT_RATE_LIMITS = {}
    trust_demo_authority(demo.authority)
    return str(live_server.url)


def troubles(page: Any) -> list[str]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for rule in Axe().run(page).response["violations"]:
            found += [f"{width}: {rule['id']}: {node['html'][:140]}" for node in rule["nodes"]]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{width}: {wide} px wide")
    return found


def choose(page: Any, document: bytes, signature: bytes) -> None:
    page.set_input_files("input[name=document]", {"name": "protocol.xml", "mimeType": "text/xml", "buffer": document})
    page.set_input_files("input[name=signature]", {"name": "a.sig", "mimeType": "text/plain", "buffer": signature})
    page.get_by_role("button", name="Проверить").click()


def opened(browser: Any, site: str, said: list[str], **more: Any) -> Any:
    page = browser.new_context(**more).new_page()
    page.on("console", lambda line: said.append(line.text) if line.type == "error" and "422" not in line.text else None)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Проверить документ").click()
    page.wait_for_url("**/signatures/check/")
    return page


@pytest.mark.parametrize("script", [True, False])
def test_a_good_a_changed_and_a_refused_one(browser: Any, site: str, demo: Any, script: bool) -> None:
    said: list[str] = []
    page = opened(browser, site, said, java_script_enabled=script)
    assert not script or troubles(page) == []
    choose(page, DOCUMENT, sign(DOCUMENT, demo.signer))
    page.get_by_text("Подпись верна").first.wait_for()
    assert page.get_by_text("Иванов Пётр Сергеевич").count()
    assert not script or troubles(page) == []
    page.get_by_role("link", name="Проверить другой документ").click()
    choose(page, DOCUMENT + b" ", sign(DOCUMENT, demo.signer))
    page.get_by_text("Подпись не подтверждена").first.wait_for()
    assert not script or troubles(page) == []
    page.get_by_role("link", name="Проверить другой документ").click()
    choose(page, DOCUMENT, b"no signature")
    page.get_by_text("не является электронной подписью").first.wait_for()
    assert not script or troubles(page) == []
    assert said == []


@pytest.mark.parametrize("script", [True, False])
def test_a_large_document_waits_for_a_worker(
    browser: Any, site: str, demo: Any, monkeypatch: Any, script: bool
) -> None:
    monkeypatch.setattr(judging, "fast_backend", lambda: None)
    monkeypatch.setattr(judging, "AT_ONCE", 100)
    large = DOCUMENT * 10
    said: list[str] = []
    page = opened(browser, site, said, java_script_enabled=script)
    choose(page, large, sign(large, demo.signer))
    page.get_by_text("Ждём очереди на проверку").first.wait_for()
    assert not script or troubles(page) == []
    run_job(str(Job.objects.get(kind=job.KIND).pk))
    if not script:
        page.get_by_role("link", name="Обновить").click()
    page.get_by_text("Подпись верна").first.wait_for()
    assert not script or troubles(page) == []
    assert said == []
