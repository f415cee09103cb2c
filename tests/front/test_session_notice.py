"""The warning before a session ends: when it comes, what goes on by one press, and nothing of it without JavaScript."""

import json

import pytest
from django.template import engines

from tests.front.conftest import request

pytestmark = pytest.mark.browser

IDLE, WHOLE, WARN = 3600, 40_000, 120
PAGE = """{% extends "public_base.html" %}{% block heading %}Протокол{% endblock %}
{% block content %}<p><input aria-label="Номер" value="набрано"></p>
<button id="press" hx-get="/part/" hx-swap="none">Показать</button>
<p hx-get="/poll/" hx-trigger="every 1s" hx-swap="none"></p>{% endblock %}"""


def html(idle: int = IDLE, whole: int = WHOLE) -> str:
    clock = {"idle": idle, "whole": whole, "warn": WARN}
    return engines["django"].from_string(PAGE).render({"session_clock": clock}, request())


@pytest.fixture
def opened(site):
    site.pages |= {"/part/": "", "/poll/": ""}

    def open_page(**seconds: int):
        page = site.open("<!doctype html><title>…</title><link rel=icon href='data:,'>")
        page.clock.install()
        site.pages["/page/"] = html(**seconds)
        page.goto(f"{site.address}/page/")
        return page

    return open_page


def test_it_comes_two_minutes_before_and_goes_by_one_press(site, opened):
    page = opened()
    box = page.locator("[data-session]")
    assert box.is_hidden()
    page.clock.fast_forward((IDLE - WARN - 5) * 1000)
    assert box.is_hidden()
    page.clock.fast_forward(10_000)
    assert "Через 2 минуты придётся войти снова" in box.inner_text()
    page.clock.fast_forward(60_000)
    assert "Через минуту" in box.inner_text()
    asked = []

    def answer():
        asked.append(True)
        return 200, {"Content-Type": "application/json"}, json.dumps({"idle": IDLE, "whole": WHOLE})

    site.answers["/sessions/continue/"] = answer
    page.get_by_role("button", name="Продолжить работу").click()
    box.wait_for(state="hidden")
    assert asked
    page.clock.fast_forward((IDLE - WARN - 5) * 1000)
    assert box.is_hidden(), "the time runs anew"
    assert page.get_by_label("Номер").input_value() == "набрано", "what was typed is there still"


def test_it_says_when_it_is_over(site, opened):
    page = opened()
    page.clock.fast_forward((IDLE + 1) * 1000)
    text = page.locator("[data-session]").inner_text()
    assert "Сеанс завершён" in text
    assert "Скопируйте несохранённое" in text
    assert "Продолжить работу" not in text


def test_the_absolute_end_cannot_be_put_off(site, opened):
    page = opened(idle=IDLE, whole=100)
    text = page.locator("[data-session]").inner_text()
    assert "наибольший срок" in text
    assert "Продолжить работу" not in text


def test_a_press_is_marked_and_a_poll_is_not(site, opened):
    page = opened()
    with page.expect_request("**/part/") as press:
        page.locator("#press").click()
    with page.expect_request("**/poll/") as poll:
        page.clock.run_for(1500)
    assert press.value.headers.get("x-by-person") == "1"
    assert "x-by-person" not in poll.value.headers


def test_a_press_puts_the_warning_off(site, opened):
    page = opened()
    page.clock.fast_forward((IDLE - WARN - 5) * 1000)
    with page.expect_response("**/part/"):
        page.locator("#press").click()
    page.clock.fast_forward(60_000)
    assert page.locator("[data-session]").is_hidden()


def test_nothing_of_it_without_javascript(site):
    page = site.open(html(idle=5), scripts=False)
    assert page.locator("[data-session]").is_hidden()
