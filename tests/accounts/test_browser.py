"""The whole way in Chromium: start → ЕСИА → consent → organizations → cabinet → another organization → out."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.esia import kept_token
from simulators.demo_accounts import load_demo_accounts
from simulators.people import ZMZ_HEAD, demo_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (360, 1280)


@pytest.fixture
def cabinet(live_server, esia, settings) -> str:
    """The cabinet on a free port, known to itself and to the policy by its address."""
    settings.PUBLIC_URL = live_server.url
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | {"form-action": ["'self'", esia.url]}}
    load_demo_accounts()
    return live_server.url


class Eyes:
    """Looks at a page: axe, sideways scrolling, and a screenshot where LKOT_SHOTS names a folder."""

    def __init__(self, page: Any, width: int) -> None:
        self.page, self.width = page, width

    def look(self, name: str, axe: bool = True) -> None:
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, name
        dialogs = (
            "[...document.querySelectorAll('dialog[open]')].filter(each => each.scrollWidth > each.clientWidth).length"
        )
        assert self.page.evaluate(dialogs) == 0, f"{name}: a dialog scrolls sideways"
        if folder := os.environ.get("LKOT_SHOTS"):
            path = Path(folder) / f"accounts-{name}-{self.width}.png"
            self.page.screenshot(path=str(path), full_page=True)
        if axe:
            found = Axe().run(self.page).response["violations"]
            assert [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]] == [], name


@pytest.fixture
def browser(chromium: Any, cabinet: str) -> Any:
    """The run's browser, once the cabinet is there."""
    return chromium


@pytest.mark.parametrize("width", WIDTHS)
def test_the_way_in(browser, cabinet, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    eyes = Eyes(page, width)

    page.goto(cabinet)
    eyes.look("start")
    page.locator("main").get_by_role("button", name="Вход в систему").click()
    page.wait_for_url("**/login?pending=*")
    assert "не портал Госуслуг" in page.content()
    eyes.look("esia-login")
    page.get_by_role("button", name="Иванова Мария Викторовна").click()
    eyes.look("esia-consent")
    page.get_by_role("button", name="Предоставить").click()

    page.wait_for_url("**/organizations/")
    assert page.get_by_role("heading", name="Организации из ЕСИА").is_visible()
    assert page.get_by_text("Требуемого уровня доступа нет").is_visible()
    eyes.look("organizations")
    page.get_by_role("button", name=re.compile("Выбрать.*Технопроект")).click()

    page.wait_for_url("**/home/")
    assert page.get_by_text("7726014581").is_visible()
    page.get_by_text("Все права", exact=True).click()
    eyes.look("home-admin")
    page.goto(f"{cabinet}/organizations/")
    page.get_by_role("button", name=re.compile("Выбрать.*ЗМЗ")).click()
    page.wait_for_url("**/home/")
    assert page.get_by_text("6603007127").is_visible()
    eyes.look("home-rights")

    page.locator(".top-user summary").click()
    page.get_by_role("button", name="Выход").click()
    page.wait_for_url(f"{cabinet}/")
    assert page.locator("main").get_by_role("button", name="Вход в систему").is_visible()
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_problems(browser, cabinet, esia, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    eyes = Eyes(page, width)
    page.goto(cabinet)
    page.locator("main").get_by_role("button", name="Вход в систему").click()
    page.get_by_role("button", name="Белов Кирилл Олегович").click()
    page.get_by_role("button", name="Отказать").click()
    assert page.get_by_role("heading", name="Вход отменён").is_visible()
    eyes.look("problem-denied")

    esia.faults(answer="down", place="token")
    page.get_by_role("button", name="Войти ещё раз").click()
    page.get_by_role("button", name="Предоставить").click()
    assert page.get_by_role("heading", name="ЕСИА сейчас недоступна").is_visible()
    eyes.look("problem-down")

    esia.faults(answer="")
    page.goto(cabinet)
    page.locator("main").get_by_role("button", name="Вход в систему").click()
    page.wait_for_url("**/organizations/")
    eyes.look("organizations-closed")
    page.goto(esia.url)
    eyes.look("esia-root")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_dialog_over_the_list_of_employees(browser, cabinet, esia, width, monkeypatch):
    """What was typed is there after «Отмена» in the picker, after the way through ЕСИА and after its bad day."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    eyes = Eyes(page, width)
    page.goto(cabinet)
    page.locator("main").get_by_role("button", name="Вход в систему").click()
    page.get_by_role("button", name=demo_cast().people[ZMZ_HEAD].full_name).click()
    page.get_by_role("button", name="Предоставить").click()
    page.get_by_role("button", name=re.compile("Выбрать.*ЗМЗ")).click()
    page.wait_for_url("**/home/")
    page.goto(f"{cabinet}/administration/")
    page.get_by_role("link", name="Добавить сотрудника").first.click()
    dialog = page.locator("#access-dialog")
    dialog.get_by_label("Основание").fill("Приказ № 8")
    dialog.get_by_role("button", name="Добавить сотрудника").click()
    dialog.get_by_role("heading", name="Выбрать сотрудника").wait_for()
    eyes.look("dialog-picker")
    dialog.get_by_role("link", name="Отмена").click()
    dialog.get_by_role("heading", name="Добавить сотрудника").wait_for()
    assert dialog.get_by_label("Основание").input_value() == "Приказ № 8"

    esia.faults(answer="down", place="rest")
    dialog.get_by_role("button", name="Добавить сотрудника").click()
    dialog.get_by_role("heading", name="ЕСИА сейчас недоступна").wait_for()
    eyes.look("dialog-problem")
    esia.faults(answer="")
    dialog.get_by_role("link", name="Вернуться").click()
    dialog.get_by_role("heading", name="Добавить сотрудника").wait_for()
    assert dialog.get_by_label("Основание").input_value() == "Приказ № 8"

    dialog.get_by_role("link", name="Отмена").click()
    assert not dialog.is_visible()
    assert page.url == f"{cabinet}/administration/"

    page.get_by_role("link", name="Добавить сотрудника").first.click()
    dialog.get_by_label("Основание").fill("Приказ № 9")
    real, tokens = kept_token.kept, iter([None])
    monkeypatch.setattr(kept_token, "kept", lambda *given: next(tokens, real(*given)))
    dialog.get_by_role("button", name="Добавить сотрудника").click()
    page.wait_for_url("**/administration/add/employees/?draft=*")
    page.get_by_role("heading", name="Выбрать сотрудника").wait_for()
    page.get_by_role("link", name="Отмена").click()
    page.wait_for_url("**/administration/add/?draft=*")
    assert page.get_by_label("Основание").input_value() == "Приказ № 9"
