"""Every page by its URL name in Chromium: axe finds nothing, nothing scrolls sideways, the console is silent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client

from core.checks import every_pattern, is_third_party
from tests import factories
from tests.test_permissions import DEVELOPMENT_ONLY, NO_DOCUMENT_YET, TABLE
from tests.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WIDTHS = (360, 768, 1280)
NOT_PAGES = {
    "sout_reports:download": "a file",
    "sout_reports:refused_file": "a file",
    "sout_reports:problems_file": "a file",
    "sout_reports:receipt_pdf": "a file",
    "violations:expertise_pdf": "a file",
    "violations:protocol_document": "a file",
    "sout_reports:status": "a part of the receipt",
    "violations:attachment": "a file",
    "registries:register_import_status": "a part of the page of the upload",
}


def pages() -> list[str]:
    """Names of URLs that answer GET with a page."""
    left_out = set(NOT_PAGES) | NO_DOCUMENT_YET | DEVELOPMENT_ONLY
    return [
        name
        for route, name, callback in every_pattern()
        if not is_third_party(route) and "GET" in callback.door.read and name not in left_out
    ]


def test_every_page_at_every_width(browser: Any, live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    settings.DEBUG = True  # the plug-in's stand-in, which the signing page asks, answers in development only
    world = make_world()
    client = factories.sign_in(Client(), world.admin)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    context = browser.new_context()
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    for name in pages():
        address = live_server.url + world.url(name, TABLE[name][1])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            answer = page.goto(address)
            if answer.status != 200:
                troubles.append(f"{name}: answers {answer.status}")
                break
            troubles += _look(page, name, width)
    context.close()
    assert not troubles, "\n".join(troubles)


def _look(page: Any, name: str, width: int) -> list[str]:
    if folder := os.environ.get("LKOT_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name.replace(':', '-')}-{width}.png"), full_page=True)
    found = Axe().run(page).response["violations"]
    troubles = [f"{name} at {width}: {rule['id']}: {node['html'][:140]}" for rule in found for node in rule["nodes"]]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        troubles.append(f"{name} at {width}: {wide} px wide")
    return troubles
