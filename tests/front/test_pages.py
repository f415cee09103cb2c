"""The frame and the pages of refusal."""

import itertools
import re

import pytest
from django.template import engines
from django.template.library import InclusionNode, SimpleBlockNode
from django.template.loader import get_template
from django.template.loader_tags import BlockNode

from core.templatetags import statuses
from tests.front.conftest import REPOSITORY, request

TAB = {"label": "ГОСУСЛУГИ", "url": "https://example.org/", "current": False}


def page(context=None, template="base.html"):
    return get_template(template).render(context or {}, request())


class Person:
    is_authenticated = True
    pk = 1

    def __str__(self):
        return "Иванова М. В."


def test_catalogue_renders_without_a_hole(catalogue_html):
    assert "UNDEFINED" not in catalogue_html
    assert catalogue_html.count("<h1") == 1


def test_ids_are_unique(catalogue_html):
    ids = re.findall(r'\bid="([^"]+)"', catalogue_html)
    assert sorted(ids) == sorted(set(ids))


def test_headings_never_skip_a_level(catalogue_html):
    levels = [int(level) for level in re.findall(r"<h([1-6])", catalogue_html)]
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))


def test_frame_is_russian_and_has_one_main(catalogue_html):
    assert '<html lang="ru">' in catalogue_html
    assert catalogue_html.count("<main") == 1
    assert '<a class="skip-link" href="#content">' in catalogue_html


def test_help_stands_in_the_same_place_on_every_page():
    """WCAG 2.2, 3.2.6."""
    for template in (
        "base.html",
        "public_base.html",
        "400.html",
        "404.html",
        "405.html",
        "403.html",
        "403_csrf.html",
        "500.html",
    ):
        html = page(template=template)
        footer = html[html.index('<footer class="bottom"') :]
        assert "Помощь" in footer, template


def test_branch_is_shown_under_its_organization():
    acting = type("Acting", (), {"organization": "АО «ЗМЗ»", "branch": "Филиал в г. Златоусте", "is_admin": False})()
    html = page({"acting": acting, "user": Person(), "nav": [], "header_tabs": [TAB]})
    assert "АО «ЗМЗ» › </span>Филиал в г. Златоусте" in html
    assert "Администрирование" not in html, "only those who administer see it"
    assert "Выход" in html
    assert re.search(r'<form method="post" action="/sign-out/">', html)


def test_administration_is_in_the_menu_of_an_administrator():
    acting = type("Acting", (), {"organization": "АО «ЗМЗ»", "branch": None, "is_admin": True})()
    items = [{"label": "Администрирование", "url": "/administration/", "icon": "users"}]
    assert 'href="/administration/"' in page({"acting": acting, "user": Person(), "user_items": items})


def test_a_tab_without_address_is_no_dead_link():
    html = page({"header_tabs": [TAB | {"url": None}, TAB | {"url": None, "current": True, "label": "ФГИС СОУТ"}]})
    assert "в этой установке не подключён" in html
    assert 'href="None"' not in html
    assert re.search(r'<a class="top-tab" href="/" aria-current="true">ФГИС СОУТ', html)


def test_without_navigation_there_is_no_empty_column():
    assert 'id="nav"' not in page({"nav": []})
    assert 'id="nav"' in page(
        {"nav": [{"label": "СОУТ", "items": [{"label": "Отчёты", "url": "/", "count": 3, "current": True}]}]}
    )


@pytest.mark.parametrize("template", ["404.html", "403.html", "403_csrf.html", "500.html"])
def test_pages_of_refusal_need_no_context(template):
    """Django renders 500 without a request: nothing may be looked for."""
    html = engines["django"].get_template(template).render()
    assert "UNDEFINED" not in html
    assert html.count("<h1") == 1
    assert "На главную страницу" in html


def test_no_right_page_names_the_right_and_who_gives_it():
    granter = type("User", (), {"full_name": "Смирнова Ольга Петровна"})()
    context = {"right_label": "Просмотр отчетов СОУТ", "right_code": "sout.view_reports", "granters": [granter]}
    acting = type("Acting", (), {"organization": "АО «ЗМЗ»", "branch": None, "is_admin": False})()
    html = page(context | {"acting": acting}, "no_right.html")
    assert "Нет права «Просмотр отчетов СОУТ»" in html
    assert "Смирнова Ольга Петровна" in html
    assert "lk.gosuslugi.ru/employees" in page(context | {"acting": acting, "granters": []}, "no_right.html")


def test_messages_become_notices():
    from django.contrib.messages import constants
    from django.contrib.messages.storage.base import Message

    html = page({"messages": [Message(constants.SUCCESS, "Черновик сохранён"), Message(constants.ERROR, "Нет связи")]})
    assert "notice-done" in html
    assert "notice-stop" in html


def every_node(nodes):
    """All nodes; Django's own walk does not look into block tags made by simple_block_tag."""
    for node in nodes:
        yield node
        for name in {*node.child_nodelists, "nodelist"}:
            yield from every_node(getattr(node, name, ()))


def test_no_empty_state_is_swallowed_by_a_loop():
    """Inside a loop Django takes {% empty "…" %} for the loop's own word; put it into an {% if %} or after the loop."""
    for path in (REPOSITORY / "templates").rglob("*.html"):
        written = len(re.findall(r"{%\s*empty\s+[^%\s]", path.read_text()))
        nodes = every_node(get_template(str(path.relative_to(REPOSITORY / "templates"))).template.nodelist)
        compiled = [node for node in nodes if isinstance(node, InclusionNode) and node.func is statuses.empty]
        assert len(compiled) == written, path


def test_no_block_is_hidden_in_a_component():
    """Django does not find a {% block %} inside a block tag: a page that extends could not fill it."""
    for path in (REPOSITORY / "templates").rglob("*.html"):
        for node in every_node(get_template(str(path.relative_to(REPOSITORY / "templates"))).template.nodelist):
            if isinstance(node, SimpleBlockNode):
                assert not [inner for inner in every_node(node.nodelist) if isinstance(inner, BlockNode)], path
