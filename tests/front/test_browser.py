"""In Chromium: no violation that axe can find, keyboard, drawer, dialogs, uploads, and all of it without JavaScript."""

from threading import Event

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template import engines
from django.template.loader import get_template
from django.utils.datastructures import MultiValueDict

from core.views.catalogue import UploadForm
from tests.front.conftest import request

pytestmark = pytest.mark.browser
WIDTHS = (360, 768, 1280)
AXE = {"rules": {"target-size": {"enabled": True}}}  # WCAG 2.2, 2.5.8: axe leaves it off by default
UPLOAD = """
{% extends "public_base.html" %}{% block heading %}Импорт отчёта СОУТ{% endblock %}
{% block modules %}{% module "js/upload.js" %}{% endblock %}
{% block content %}<form data-upload method="post" enctype="multipart/form-data" action="/page/" novalidate>
{% error_summary form %}{% dropzone form.file limit_bytes=1000 %}{% button "Отправить отчёт" %}</form>{% endblock %}
"""
RECEIPT = '<!doctype html><title>Квитанция</title><link rel="icon" href="data:,"><p>Принято</p>'
FILE = {"name": "report.xml", "mimeType": "text/xml", "buffer": b"<Attestation/>"}


def upload_page(form) -> str:
    return engines["django"].from_string(UPLOAD).render({"form": form}, request())


def violations(page) -> list[str]:
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(site, catalogue_html, width, scheme):
    page = site.open(catalogue_html, width=width, scheme=scheme)
    assert violations(page) == []


@pytest.mark.parametrize("template", ["400.html", "404.html", "405.html", "500.html", "403.html", "403_csrf.html"])
def test_axe_finds_nothing_on_pages_of_refusal(site, template):
    page = site.open(get_template(template).render({}, request()), width=360)
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_nothing_sticks_out_sideways(site, catalogue_html, width):
    """WCAG 2.2, 1.4.10: only tables in their own scroller may be wider than the screen."""
    page = site.open(catalogue_html, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_focus_is_never_hidden_by_what_sticks(site, catalogue_html):
    """WCAG 2.2, 2.4.11: tab through the page; the focused control is not wholly under the header or the sticky row."""
    page = site.open(catalogue_html, width=768)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    hidden = []
    for _ in range(90):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            """() => { const e = document.activeElement; if (e.closest(".top, .sticky-actions, .skip-link")) return null;
            const box = e.getBoundingClientRect(); const head = document.querySelector(".top").getBoundingClientRect();
            const foot = document.querySelector(".sticky-actions").getBoundingClientRect();
            const under = bar => box.top >= bar.top - 1 && box.bottom <= bar.bottom + 1;
            return under(head) || under(foot) ? e.outerHTML.slice(0, 90) : null; }"""
        )
        hidden += [covered] if covered else []
    assert hidden == []


def test_error_summary_takes_the_focus_and_leads_to_the_field(site, catalogue_html):
    page = site.open(catalogue_html)
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_number"


def test_menu_by_keyboard(site, catalogue_html):
    page = site.open(catalogue_html)
    summary = page.locator(".datatable details.menu summary").first
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Рабочие места"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent") == "Просмотр нарушений"
    page.keyboard.press("Escape")
    assert page.locator("details[data-menu][open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_menu_closes_on_a_press_outside_and_is_not_cut_off(site, catalogue_html):
    page = site.open(catalogue_html)
    page.locator(".datatable details.menu summary").last.click()
    panel = page.locator(".datatable details.menu[open] .menu-panel")
    box = panel.bounding_box()
    assert box["x"] + box["width"] <= 1280
    panel.locator("a").last.click(trial=True)
    page.mouse.click(640, 120)
    assert page.locator("details[data-menu][open]").count() == 0


def test_drawer_opens_closes_and_returns_the_focus(site, catalogue_html):
    page = site.open(catalogue_html, width=768)
    page.click(".top-burger")
    assert page.is_visible("#nav")
    assert page.get_attribute(".top-burger", "aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not page.is_visible("#nav")
    assert page.evaluate("document.activeElement.className") == "top-burger"


def test_drawer_menu_and_dialog_work_without_scripts(site, catalogue_html):
    page = site.open(catalogue_html, width=768, scripts=False)
    page.click(".top-burger")
    assert page.is_visible("#nav")
    page.click(".side-close")
    assert not page.is_visible("#nav")
    page.click("[data-dialog-open]")
    assert page.is_visible("dialog")
    page.click("[data-dialog-close]")
    assert not page.is_visible("dialog")
    page.click(".top-user summary")
    assert page.is_visible("text=Выход")


def test_dialog_is_modal_and_gives_the_focus_back(site, catalogue_html):
    page = site.open(catalogue_html)
    page.click("[data-dialog-open]")
    assert page.evaluate("document.querySelector('dialog').matches(':modal')")
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not page.is_visible("dialog")
    assert page.evaluate("document.activeElement.dataset.dialogOpen") == "revoke"


def test_ticks_are_counted(site, catalogue_html):
    page = site.open(catalogue_html)
    assert page.inner_text("[data-bulk-word]") == "Выбрано 1"
    page.check("[data-bulk-all]")
    assert page.inner_text("[data-bulk-word]") == "Выбрано 3"


def test_a_row_is_a_card_on_a_phone(site, catalogue_html):
    page = site.open(catalogue_html, width=360)
    cell = page.locator(".datatable-cards td[data-label='ИН СОУТ']").first
    assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"ИН СОУТ"'
    rows = page.get_by_role("table", name="Отчёты СОУТ").get_by_role("row")
    assert rows.count() == 4, "it stays a table for a screen reader"


@pytest.fixture
def upload_form():
    return UploadForm


def test_upload_goes_where_the_server_sends_it(site, upload_form):
    site.pages["/receipt/"] = RECEIPT
    site.answers["/page/"] = lambda: (302, {"Location": "/receipt/"}, "")
    page = site.open(upload_page(upload_form()))
    page.set_input_files("input[type=file]", FILE)
    assert "report.xml" in page.inner_text("[data-dropzone-chosen]")
    page.click("text=Отправить отчёт")
    page.wait_for_url("**/receipt/")


def test_upload_shows_the_errors_of_the_answered_page(site, upload_form):
    wrong = upload_form({}, MultiValueDict())
    wrong.add_error("file", "Это не XML.")
    answer = upload_page(wrong)
    site.answers["/page/"] = lambda: (200, {}, answer)
    page = site.open(upload_page(upload_form()))
    page.set_input_files("input[type=file]", FILE)
    page.click("text=Отправить отчёт")
    page.wait_for_selector(".error-summary")
    assert "Это не XML." in page.inner_text(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.is_visible("text=Отправить отчёт"), "it can be sent again"
    # a browser obeys autofocus once in the life of a page: the second failure must take the focus as well
    page.set_input_files("input[type=file]", FILE)
    page.evaluate("document.querySelector('.error-summary').dataset.first = ''")
    page.click("text=Отправить отчёт")
    page.wait_for_selector(".error-summary:not([data-first])")
    assert page.evaluate("document.activeElement.className") == "error-summary"


def test_the_error_of_one_file_does_not_stand_beside_another(site, upload_form):
    wrong = upload_form({}, MultiValueDict())
    wrong.add_error("file", "Это не XML.")
    page = site.open(upload_page(wrong))
    assert "Это не XML." in page.inner_text(".field")
    assert page.get_attribute("input[type=file]", "aria-invalid") == "true"
    page.set_input_files("input[type=file]", FILE)
    assert "Это не XML." not in page.inner_text(".field")
    assert page.locator(".field-wrong").count() == 0
    assert page.get_attribute("input[type=file]", "aria-invalid") is None
    described = page.get_attribute("input[type=file]", "aria-describedby") or ""
    assert all(page.locator(f"#{each}").count() == 1 for each in described.split())


def test_upload_says_when_the_link_is_lost(site, upload_form):
    def lost():
        raise ConnectionError

    site.answers["/page/"] = lost
    page = site.open(upload_page(upload_form()))
    page.set_input_files("input[type=file]", FILE)
    page.click("text=Отправить отчёт")
    page.wait_for_selector("text=связь прервалась, файл не принят")
    assert page.is_visible("button:has-text('Отправить отчёт')")
    assert page.evaluate("document.activeElement.textContent").strip() == "Отправить отчёт"
    site.said.clear()  # the browser itself complains of the lost link


def test_upload_can_be_cancelled(site, upload_form):
    released = Event()

    def slow():
        released.wait(10)
        raise ConnectionError

    site.answers["/page/"] = slow
    page = site.open(upload_page(upload_form()))
    page.set_input_files("input[type=file]", FILE)
    page.click("text=Отправить отчёт")
    assert page.locator(".upload-bar progress").count() == 1
    page.locator(".upload-bar button").dispatch_event("click")
    page.wait_for_selector("text=загрузка отменена")
    released.set()


def test_a_double_click_sends_a_form_once(site):
    """The answer comes in a window of its own, so this page is there for the second click."""
    sent = []
    site.answers["/done/"] = lambda: sent.append(1) or (200, {}, RECEIPT)
    form = (
        '{% extends "public_base.html" %}{% block heading %}Просьба{% endblock %}{% block content %}'
        '<form method="post" action="/done/" target="_blank">{% button "Предоставить" %}</form>{% endblock %}'
    )
    page = site.open(engines["django"].from_string(form).render({}, request()))
    button = page.get_by_role("button", name="Предоставить")
    button.dblclick()
    page.wait_for_timeout(900)
    assert len(sent) == 1
    button.click()
    page.wait_for_timeout(900)
    assert len(sent) == 2, "pressed again on purpose, it is sent again"


def test_too_large_a_file_is_refused_before_it_is_sent(site, upload_form):
    page = site.open(upload_page(upload_form()))
    page.set_input_files("input[type=file]", FILE | {"buffer": b"x" * 2000})
    assert "файл больше" in page.inner_text(".field-error")
    page.click("text=Отправить отчёт")
    assert page.locator(".upload-bar").count() == 0
    page.set_input_files("input[type=file]", FILE)
    assert page.locator(".field-error").count() == 0


def test_upload_works_without_scripts(site, upload_form):
    site.pages["/receipt/"] = RECEIPT
    site.answers["/page/"] = lambda: (302, {"Location": "/receipt/"}, "")
    page = site.open(upload_page(upload_form()), scripts=False)
    assert page.is_visible("input[type=file]")
    page.set_input_files("input[type=file]", FILE)
    page.click("text=Отправить отчёт")
    page.wait_for_url("**/receipt/")
