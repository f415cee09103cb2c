"""A component refuses what it does not know, at render: a slip in a template cannot reach a person."""

import re

import pytest

from core.templatetags import lkot
from core.templatetags.closed import ComponentError
from core.templatetags.icons import ICONS
from tests.front.conftest import REPOSITORY

REFUSED = [
    '{% notice "Слово" kind="warning" %}',
    '{% notice_box kind="error" %}слово{% end_notice_box %}',
    '{% badge "Слово" tone="red" %}',
    '{% badge "" %}',
    '{% badge "Слово" icon="rocket" %}',
    '{% verdict "good" %}',
    '{% severity "ОШИБКА" %}',
    '{% class_chip "3.5" %}',
    '{% class_chip "5" long=True %}',
    "{% class_bar counts %}",
    '{% button "Сохранить" kind="success" %}',
    '{% button "" %}',
    '{% button "Сохранить" type="reset" %}',
    '{% link_button "Отчёты" "" %}',
    '{% link_button "Отчёты" "/" icon="rocket" %}',
    '{% icon "rocket" %}',
    '{% empty "Пусто" kind="none" %}',
    '{% empty "Пусто" kind="filtered" %}',
    '{% stat 1 "место" tone="red" %}',
    '{% progress 5 3 "Проверка" %}',
    '{% progress 1 3 "" %}',
    "{% steps steps %}",
    "{% steps more_steps %}",
    '{% card "Слово" level=1 %}текст{% end_card %}',
    "{% facts columns=7 %}{% end_facts %}",
    '{% menu "Действия" align="middle" %}{% end_menu %}',
    '{% menu "Действия" label="Меню отчёта" %}{% end_menu %}',
    '{% menu_link "Рабочие места" "" %}',
    '{% field "number" %}',
    '{% error_summary "form" %}',
    "{% filters filters %}",
    '{% module "https://example.org/x.js" %}',
    '{% datatable "№|" "Подпись" %}{% end_datatable %}',
    '{% datatable "№" "" %}{% end_datatable %}',
    '{% datatable table "Подпись" %}{% end_datatable %}',
    '{% datatable "№|Имя" "Подпись" %}{% row %}{% cell %}1{% end_cell %}{% end_row %}{% end_datatable %}',
    '{% datatable "№" "Подпись" %}{% row %}{% cell %}1{% end_cell %}{% cell %}2{% end_cell %}{% end_row %}{% end_datatable %}',
    '{% datatable "№" "Подпись" %}{% row tone="red" %}{% cell %}1{% end_cell %}{% end_row %}{% end_datatable %}',
    '{% datatable "№" "Подпись" %}{% cell %}1{% end_cell %}{% end_datatable %}',
    "{% row %}{% cell %}1{% end_cell %}{% end_row %}",
    "{% cell %}1{% end_cell %}",
    '{% datatable "№|Имя" "Подпись" %}{% row %}{% cell span=3 %}1{% end_cell %}{% end_row %}{% end_datatable %}',
]
CONTEXT = {
    "counts": {"3.9": 1},
    "steps": [{"label": "Файл", "state": "ok"}],
    "more_steps": [{"label": "Файл", "state": "done", "colour": "red"}],
    "filters": {"fields": [{"name": "q", "label": "Слово", "kind": "text"}]},
    "table": {"columns": [{"label": "№", "sorted": "asc"}]},
}


@pytest.mark.parametrize("source", REFUSED)
def test_unknown_option_is_refused(render, source):
    with pytest.raises(ComponentError):
        render(source, **CONTEXT)


def test_a_number_of_workplaces_below_zero_is_refused(render):
    with pytest.raises(ComponentError):
        render("{% class_bar counts %}", counts={"2": -1})


def test_a_negative_argument_name_is_refused_when_the_template_is_read(render):
    with pytest.raises(Exception, match="unexpected keyword argument"):
        render('{% badge "Слово" colour="red" %}')


def test_the_sprite_holds_exactly_the_closed_list():
    sprite = (REPOSITORY / "static/img/icons.svg").read_text()
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == ICONS


def test_every_template_of_a_component_is_used():
    used = {template for _, template in [*lkot.LINES.values(), *lkot.BOXES.values()]}
    used |= {"datatable", "field_notes", "field_errors", "receipt_head"}  # parts of others
    there = {path.stem for path in (REPOSITORY / "templates/components").glob("*.html")}
    assert {name for name in there if not name.startswith("frame_")} == used


def test_every_tag_is_documented_and_shown(catalogue_html):
    text = (REPOSITORY / "docs/components.md").read_text()
    shown = "".join(path.read_text() for path in (REPOSITORY / "templates").rglob("*.html"))
    for name in set(lkot.register.tags) - {"message_notice"}:
        assert re.search(r"{%\s" + name + r"\b", text), f"docs/components.md does not name {name}"
        assert re.search(r"{%\s*" + name + r"\b", shown), f"nothing shows {name}"
    for name in lkot.register.filters:
        assert f"`{name}" in text, f"docs/components.md does not name the filter {name}"
