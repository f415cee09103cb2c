"""A signed-in person's browser window that looks at every page on the way: axe, sideways scrolling, the console."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import factories

WIDTHS = (360, 768, 1280)
# What Chromium writes of the answer 422, with which a form comes back.
REFUSED_FORM = "status of 422"


class Window:
    """`troubles`: what was wrong with the pages; `scripts` False switches JavaScript off."""

    def __init__(self, browser: Any, address: str, who: Any, *, scripts: bool = True) -> None:
        cookie = factories.sign_in(Client(), who).cookies[settings.SESSION_COOKIE_NAME]
        self.context = browser.new_context(java_script_enabled=scripts, accept_downloads=True)
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        self.address, self.page = address, self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _said(self, message: Any) -> None:
        if message.type == "error" and REFUSED_FORM not in message.text:
            self.troubles.append(message.text)

    def open(self, name: str, *args: Any) -> None:
        self.page.goto(self.address + reverse(name, args=args))

    def look(self, name: str, *, widths: Sequence[int] = WIDTHS, axe: bool = True) -> None:
        """`name` is the picture's, where LKOT_SHOTS names a folder for pictures."""
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            if folder := os.environ.get("LKOT_SHOTS"):
                self.page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
            judged = axe and width in (widths[0], widths[-1])  # what it finds differs between a phone and a desk
            found = Axe().run(self.page).response["violations"] if judged else []
            for rule in found:
                self.troubles += [f"{name} at {width}: {rule['id']}: {node['html'][:140]}" for node in rule["nodes"]]
            if (wide := self.page.evaluate("document.documentElement.scrollWidth")) > width:
                self.troubles.append(f"{name} at {width}: {wide} px wide")

    def close(self) -> None:
        self.context.close()
        assert self.troubles == []
