"""The inspector's three forms: a question with a term, and the two decisions with their grounds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from core.calendar import add_workdays, is_preliminary
from core.templatetags.formats import counted
from violations.inspection.states import Ground, Verb

TEXT_MIN, TEXT_MAX = 10, 2000
TERMS = (3, 5, 10, 15, 20, 30)
USUAL_TERM = 10
DAY_WORDS = "рабочий день,рабочих дня,рабочих дней"


def _text(label: str, help_text: str, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        min_length=TEXT_MIN,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": f"Заполните поле «{label}».",
            "min_length": f"Слишком коротко: нужно не меньше {TEXT_MIN} знаков.",
            "max_length": f"Слишком длинно: можно не больше {TEXT_MAX} знаков.",
        },
    )


def terms() -> list[tuple[int, str]]:
    """The terms to choose from, each with the day on which it ends if the question is asked today."""
    today = timezone.localdate()
    found = []
    for days in TERMS:
        due = add_workdays(today, days)
        note = ", календарь года предварительный" if is_preliminary(due.year) else ""
        found.append((days, f"{counted(days, DAY_WORDS)}, до {due:%d.%m.%Y}{note}"))
    return found


class QuestionForm(forms.Form):
    """«Вопрос работодателю»."""

    text = _text(
        "Вопрос", "Что пояснить и какие документы приложить. Работодатель увидит вопрос целиком.", required=True
    )
    days = forms.TypedChoiceField(
        label="Срок ответа",
        choices=terms,
        coerce=int,
        initial=USUAL_TERM,
        error_messages={"required": "Выберите срок ответа.", "invalid_choice": "Выберите срок из списка."},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="ask_%s")


class DecisionForm(forms.Form):
    """«Подтвердить» or «Снять»: why, by those of the closed list that fit the flag now, and in words.

    Words are needed to dismiss, and where nothing of the list fits.
    """

    ground = forms.ChoiceField(
        label="Основание",
        error_messages={"required": "Выберите основание.", "invalid_choice": "Выберите основание из списка."},
    )

    def __init__(self, verb: Verb, grounds: Iterable[Ground], data: Any = None) -> None:
        super().__init__(data, auto_id=f"{verb.value}_%s")
        self.verb = verb
        offered = [(each.value, str(each.label)) for each in grounds]
        self.fields["ground"].choices = [("", "Выберите основание"), *offered]  # type: ignore[attr-defined]  # of the field above
        must = verb == Verb.DISMISS
        note = "" if must else " Для основания «Иное» обязательно."
        self.fields["text"] = _text("Обоснование", f"Его увидят работодатель и организация СОУТ.{note}", required=must)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("ground") == Ground.OTHER and "text" in cleaned and not cleaned["text"]:
            self.add_error("text", "Для основания «Иное» напишите обоснование.")
        return cleaned
