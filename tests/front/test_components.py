"""What components write: roles, names, labels and kept values."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines

from core.views.catalogue import PersonForm


def flat(html: str) -> str:
    return re.sub(r"\s+", " ", html)


def words(html: str) -> str:
    """What is read: text without tags."""
    return flat(re.sub(r"<[^>]+>", " ", html)).strip()


def test_only_a_stop_interrupts(render):
    assert 'role="alert"' in render('{% notice "Файл не принят" kind="stop" %}')
    assert 'role="status"' in render('{% notice "Файл принят" kind="done" %}')


def test_text_is_escaped_everywhere(render):
    evil = '<script>alert("1")</script>'
    sources = [
        '{% notice evil kind="info" %}',
        "{% badge evil %}",
        "{% fact evil evil %}",
        "{% stat 1 evil %}",
        "{% copyable evil %}",
        "{% stated_expected evil evil %}",
        "{% card evil %}{{ evil }}{% end_card %}",
        '{% datatable "Имя" evil %}{% row id=evil %}{% cell %}{{ evil }}{% end_cell %}{% end_row %}{% end_datatable %}',
        "{% menu_link evil evil %}",
    ]
    for source in sources:
        assert "<script" not in render(source, evil=evil), source


def test_verdict_in_the_cabinets_words(render):
    assert words(render('{% verdict "violations" %}')) == "Не соответствует требованиям"
    assert words(render('{% verdict "conforms" %}')) == "Соответствует требованиям"
    assert words(render("{% verdict None %}")) == "Не определено"


def test_class_is_written_not_only_coloured(render):
    assert words(render('{% class_chip "3.1" %}')) == "класс 3.1"
    assert words(render('{% class_chip "3.1" long=True %}')) == "класс 3.1 вредный"
    assert "не определён" in words(render('{% class_chip "-" %}'))
    assert "не определён" in words(render('{% class_chip "" %}'))


def test_class_bar_has_words_and_fills_its_width(render):
    html = render("{% class_bar counts %}", counts={"2": 3, "3.1": 1, "4": 0})
    assert 'aria-label="Рабочие места по классам: класс 2: 3, класс 3.1: 1"' in html
    widths = [float(width) for width in re.findall(r'<rect[^>]* width="([^"]+)"', html)]
    assert widths == [180.0, 60.0]
    assert "нет рабочих мест" in render("{% class_bar counts %}", counts={})


def test_cells_take_label_and_alignment_from_their_column(render):
    html = render(
        '{% datatable "№|Работников#|<Действия>" "Отчёты" %}{% row %}{% head_cell %}7{% end_head_cell %}'
        "{% cell %}12{% end_cell %}{% cell %}x{% end_cell %}{% end_row %}{% end_datatable %}"
    )
    assert '<th scope="row" role="rowheader" data-label="№">' in html
    assert re.search(r'<td role="cell" class="numeric" data-label="Работников">', html)
    assert re.search(r'<td role="cell" class="" data-label="">', html)
    assert '<span class="visually-hidden">Действия</span>' in html


def test_rows_may_stand_in_an_included_template(render):
    html = render(
        '{% datatable "№" "Отчёты" %}{% include row_template %}{% end_datatable %}',
        row_template=engines["django"].from_string("{% row %}{% cell %}7{% end_cell %}{% end_row %}").template,
    )
    assert 'data-label="№"' in html


def test_sort_links_say_their_direction(render):
    columns = [
        SimpleNamespace(label="Дата", key="at", numeric=False, sortable=True, sort_url="?sort=at", sorted="descending"),
        SimpleNamespace(label="Мест", key="n", numeric=True, sortable=True, sort_url="?sort=n", sorted=None),
    ]
    html = render('{% datatable table "Отчёты" %}{% end_datatable %}', table=SimpleNamespace(columns=columns, rows=[]))
    assert html.count("aria-sort") == 1
    assert re.search(r'aria-sort="descending"[^>]*><a href="\?sort=at">Дата', html)


def test_pager_words(render):
    page = SimpleNamespace(
        first=1,
        last=10,
        total_label="37",
        previous_url=None,
        next_url="?at=x",
        size=10,
        size_choices=[{"size": 10, "url": "?size=10"}],
    )
    text = words(render("{% pager page %}", page=page))
    assert text.startswith("Записи с 1 до 10 из 37")
    assert "Показать 10" in text
    assert "записей" in text
    html = render("{% pager page %}", page=page)
    assert re.search(r'<a[^>]*rel="next"', html)
    assert 'rel="prev"' not in html


class OneForm(forms.Form):
    snils = forms.CharField(label="СНИЛС", help_text="11 цифр")
    kind = forms.ChoiceField(label="Вид", choices=[("a", "А"), ("b", "Б")], widget=forms.RadioSelect)


def test_error_stands_at_the_field_and_in_the_summary(render):
    form = OneForm({"snils": "", "kind": "c"})
    html = flat(render("{% error_summary form %}{% field form.snils %}{% field form.kind %}", form=form))
    assert 'role="alert" tabindex="-1" autofocus' in html
    assert "Проверьте данные" in html
    assert '<a href="#id_snils">СНИЛС: Обязательное поле.</a>' in html
    assert '<a href="#id_kind_0">' in html, "a group's error leads to its first choice"
    assert 'id="id_kind_0"' in html
    assert 'aria-describedby="id_snils_hint id_snils_error"' in html
    assert 'id="id_snils_error"' in html
    assert 'aria-invalid="true"' in html
    assert html.count("Ошибка:") == 2


def test_typed_value_is_kept(render):
    form = PersonForm({"number": "7-К <b>", "snils": "1"})
    assert 'value="7-К &lt;b&gt;"' in render("{% field form.number %}", form=form)


def test_no_errors_no_summary(render):
    assert render("{% error_summary form %}", form=OneForm()).strip() == ""


def test_snils_is_never_written_open(render):
    html = render('{% masked_snils snils reveal_url="/reveal/" %}', snils="112-233-446 49")
    assert "***-***-**6 49" in html
    assert "112-233" not in html
    assert 'method="post"' in html
    assert "показ будет записан в журнал" in html
    assert "<form" not in render("{% masked_snils snils %}", snils="112-233-446 49")


def test_post_buttons_carry_the_token(render):
    for source in (
        '{% post_button "Отозвать" "/x/" %}',
        '{% menu "Действия" %}{% menu_post "Отозвать" "/x/" %}{% end_menu %}',
    ):
        assert 'name="csrfmiddlewaretoken"' in render(source), source


def test_receipt_tells_number_time_digest_and_the_rule(render):
    at = dt.datetime(2026, 11, 21, 11, 3, tzinfo=dt.UTC)
    text = words(render('{% receipt "СОУТ-7" at digest %}', at=at, digest="ab" * 32))
    assert "СОУТ-7" in text
    assert "21.11.2026, 14:03\u00a0(МСК)".replace("\u00a0", " ") in text
    assert "abababab abababab" in text
    assert "Если вы не видите эту страницу, документ не принят." in text


@pytest.mark.parametrize("total", [None, 0])
def test_unknown_total_gives_no_percent(render, total):
    html = render('{% progress 5 total "Проверка" %}', total=total)
    assert "value=" not in html
    assert "Выполняется" in html


def test_filters_keep_what_is_set_and_offer_to_clear(render):
    source = {
        "fields": [{"name": "q", "label": "Слово", "kind": "search", "value": "цех", "choices": []}],
        "hidden": [("size", "25")],
        "active": [{"label": "Слово", "value": "цех", "url": "?"}],
        "clear_url": "/list/",
    }
    html = render("{% filters filters %}", filters=source)
    assert 'value="цех"' in html
    assert '<input type="hidden" name="size" value="25">' in html
    assert "Очистить фильтры" in html
    assert "Очистить фильтры" not in render("{% filters filters %}", filters=source | {"active": []})
