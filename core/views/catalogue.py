"""The catalogue of components: every tag in every state, on invented data. Only the development URLs lead here."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from core.doors import door
from core.templatetags.classes import CLASS_NAMES
from core.templatetags.controls import BUTTON_KINDS
from core.templatetags.formats import moscow_today
from core.templatetags.icons import ICONS
from core.templatetags.statuses import NOTICES, SEVERITIES, TONES, VERDICTS

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MIB = 1024 * 1024


class PersonForm(forms.Form):
    """A form with every kind of field the cabinet uses."""

    number = forms.CharField(
        label="Номер протокола", help_text="Как в журнале организации, например 7-К", max_length=20
    )
    snils = forms.CharField(label="СНИЛС председателя", help_text="Пробелы и дефисы можно не убирать")
    decided_on = forms.DateField(label="Дата решения", widget=forms.DateInput(attrs={"type": "date"}))
    branch = forms.ChoiceField(
        label="Подразделение", choices=[("", "Не выбрано"), ("1", "Литейный цех"), ("2", "Механосборочный цех")]
    )
    kind = forms.ChoiceField(
        label="Что делаем с рабочим местом",
        choices=[("renumber", "Присваиваем новый номер"), ("liquidate", "Ликвидируем")],
        widget=forms.RadioSelect,
    )
    rights = forms.MultipleChoiceField(
        label="Специальная оценка условий труда",
        choices=[("view", "Просмотр отчетов СОУТ"), ("approve", "Согласование и утверждение отчётов СОУТ")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    comment = forms.CharField(label="Пояснение", widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label="Комиссия собрана в полном составе", help_text="Нужно нечётное число членов")


class UploadForm(forms.Form):
    """A file field for the drop zone."""

    file = forms.FileField(label="Файл отчёта", help_text="XML, ZIP или .suot")


def _columns() -> list[dict[str, Any]]:
    def column(
        key: str, label: str, numeric: bool = False, sorted: str | None = None, sort: bool = True
    ) -> dict[str, Any]:
        return {
            "key": key,
            "label": label,
            "numeric": numeric,
            "sortable": sort,
            "sort_url": f"?sort={key}",
            "sorted": sorted,
        }

    return [
        column("report", "№ и дата", sorted="descending"),
        column("number", "ИН СОУТ"),
        column("organization", "Организация СОУТ"),
        column("places", "Рабочих мест", numeric=True),
        column("classes", "Классы", sort=False),
        column("verdict", "Соответствие", sort=False),
        column("actions", "<Действия>", sort=False),
    ]


def _rows(today: dt.date) -> list[dict[str, Any]]:
    return [
        {
            "title": "№ 214-СОУТ",
            "date": today,
            "number": "574 118",
            "organization": "ООО «Центр экспертизы условий труда»",
            "places": 1248,
            "counts": {"2": 811, "3.1": 302, "3.2": 117, "3.3": 14, "4": 4},
            "verdict": "violations",
            "tone": "plain",
        },
        {
            "title": "№ 198-СОУТ",
            "date": today - dt.timedelta(days=140),
            "number": "561 904",
            "organization": "ООО «Промэкспертиза»",
            "places": 37,
            "counts": {"1": 3, "2": 30, "3.1": 4},
            "verdict": "conforms",
            "tone": "plain",
        },
        {
            "title": "№ 201-СОУТ",
            "date": today - dt.timedelta(days=150),
            "number": "562 010",
            "organization": "ООО «Промэкспертиза»",
            "places": 6,
            "counts": {"2": 5, "-": 1},
            "verdict": "checking",
            "tone": "careful",
        },
    ]


def _filters() -> dict[str, Any]:
    return {
        "fields": [
            {
                "name": "unit",
                "label": "Подразделение",
                "kind": "choice",
                "value": "1",
                "choices": [
                    {"value": "", "label": "Все", "selected": False},
                    {"value": "1", "label": "Литейный цех", "selected": True},
                ],
            },
            {"name": "since", "label": "С даты", "kind": "date", "value": "", "choices": []},
            {"name": "year", "label": "Год", "kind": "number", "value": "", "choices": []},
            {"name": "q", "label": "Номер, ИН СОУТ или организация", "kind": "search", "value": "", "choices": []},
            {"name": "open", "label": "Только с признаками", "kind": "tick", "value": "1", "choices": []},
        ],
        "hidden": [("sort", "-report")],
        "active": [
            {"label": "Подразделение", "value": "Литейный цех", "url": "?open=1"},
            {"label": "Только с признаками", "value": "да", "url": "?unit=1"},
        ],
        "clear_url": "?sort=-report",
    }


def _page() -> dict[str, Any]:
    return {
        "first": 11,
        "last": 20,
        "total_label": "более 10 000",
        "previous_url": "?at=previous",
        "next_url": "?at=next",
        "size": 10,
        "size_choices": [{"size": size, "url": f"?size={size}"} for size in (10, 25, 50, 100)],
    }


def _nav() -> list[dict[str, Any]]:
    def item(label: str, count: int = 0, current: bool = False) -> dict[str, Any]:
        return {"label": label, "url": "#top", "count": count, "current": current}

    return [
        {"label": "", "items": [item("Главная")]},
        {
            "label": "СОУТ",
            "items": [
                item("Отчёты СОУТ", 4, True),
                item("Протоколы решения комиссий СОУТ"),
                item("Импорт отчёта СОУТ"),
            ],
        },
        {"label": "Контроль", "items": [item("Признаки нарушений", 1412)]},
    ]


def _person() -> Any:
    class Person(SimpleNamespace):
        def __str__(self) -> str:
            return "Иванова М. В."

    return Person(is_authenticated=True, pk=0)


def _frame() -> dict[str, Any]:
    acting = SimpleNamespace(organization="АО «ЗМЗ»", branch="Филиал в г. Златоусте", is_admin=True)
    tabs = [
        {"label": "ЕИСОТ", "url": "https://example.org/", "current": False},
        {"label": "ФГИС СОУТ", "url": None, "current": True},
        {"label": "ГОСУСЛУГИ", "url": "https://example.org/", "current": False},
        {"label": "ТЕСТИРОВАНИЕ", "url": None, "current": False},
    ]
    return {"acting": acting, "user": _person(), "nav": _nav(), "header_tabs": tabs, "bell_count": 3}


def _words(today: dt.date) -> dict[str, Any]:
    """What notices, badges, chips, facts and history are shown with."""
    return {
        "kinds": BUTTON_KINDS,
        "tones": TONES,
        "notices": list(NOTICES),
        "verdicts": list(VERDICTS),
        "severities": list(SEVERITIES),
        "classes": list(CLASS_NAMES),
        "icons": sorted(ICONS),
        "counts": {"1": 12, "2": 811, "3.1": 302, "3.2": 117, "3.3": 14, "3.4": 3, "4": 4, "-": 20},
        "today": today,
        "soon": today + dt.timedelta(days=4),
        "later": today + dt.timedelta(days=40),
        "past": today - dt.timedelta(days=5),
        "now": timezone.now(),
        "digest": DIGEST,
        "snils": "112-233-446 49",
        "file_size": 61_446_000,
    }


def _forms() -> dict[str, Any]:
    """The same form twice: as it opens, and as it comes back."""
    typed = {"number": "", "snils": "112-233-446 49", "kind": "renumber", "branch": "1", "comment": "Черновик"}
    wrong = PersonForm(typed)
    wrong.add_error("rights", "Для подписи отметьте и просмотр отчетов.")
    wrong.add_error(None, "В комиссии 4 человека, нужно нечётное число.")
    wrong_upload = UploadForm({}, MultiValueDict())
    wrong_upload.add_error("file", "В архиве два XML. Оставьте один.")
    return {
        "form": PersonForm(prefix="empty"),
        "wrong": wrong,
        "upload": UploadForm(prefix="free"),
        "wrong_upload": wrong_upload,
        "limit": 300 * MIB,
    }


def _work() -> dict[str, Any]:
    """Stages of a check that runs, and of an intake that was refused."""
    return {
        "steps": [
            {"label": "Файл загружен", "state": "done", "text": "58,6 МБ"},
            {"label": "Формат и схема", "state": "done"},
            {"label": "Проверка рабочих мест", "state": "now", "done": 4210, "total": 12480},
            {"label": "Готово", "state": "next"},
        ],
        "failed_steps": [
            {"label": "Файл загружен", "state": "done"},
            {"label": "Формат и схема", "state": "failed", "text": "Найдено 12 ошибок"},
        ],
    }


@door(read=["GET"], public=True)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every component on one page; `tests/front` runs axe over it."""
    today = moscow_today()
    lists = {"table": {"columns": _columns(), "rows": _rows(today)}, "filters": _filters(), "page": _page()}
    return render(request, "core/catalogue.html", _words(today) | _forms() | _work() | lists | _frame())
