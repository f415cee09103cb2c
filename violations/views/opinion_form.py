"""The form of a dissenting opinion: whose it is, and its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from signatures.models import SignerTurn
from signatures.opinions import LONGEST_OPINION, OpinionRefused, canonical, refuse_unfit

NOT_HIS = (
    "Мнение этого члена комиссии сейчас не подготовить: он уже подписал протокол или отказался, либо готовить мнение "
    "за другого может только тот, кто формирует или подписывает протоколы."
)


class OpinionText(forms.CharField):
    """The text as it will be signed, judged in that form: the browser sends a line's end as two signs."""

    def to_python(self, value: Any) -> str:
        return canonical(super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        try:
            refuse_unfit(value)
        except OpinionRefused as refused:
            raise forms.ValidationError(refused.text) from refused

    def run_validators(self, value: Any) -> None:
        """All is said by `validate`; the longest length stays for the browser."""


class OpinionForm(forms.Form):
    opinion_turn = forms.TypedChoiceField(
        label="Кто не согласен",
        coerce=int,
        error_messages={"invalid_choice": NOT_HIS, "required": "Выберите, чьё это мнение."},
    )
    text = OpinionText(
        label="Текст особого мнения",
        max_length=LONGEST_OPINION,
        strip=False,
        error_messages={"required": "Напишите, с чем и почему не согласен член комиссии."},
        help_text=f"Не больше {LONGEST_OPINION} знаков. Номер, дату и контрольную сумму протокола кабинет допишет сам.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(
        self, turns: Sequence[SignerTurn], data: QueryDict | None = None, *, own: Sequence[SignerTurn] = ()
    ) -> None:
        """`own`: the turns of who opens the form; another's is chosen by hand, lest it is chosen by mistake."""
        super().__init__(data, initial={"opinion_turn": next((turn.pk for turn in turns if turn in own), "")})
        field = self.fields["opinion_turn"]
        assert isinstance(field, forms.TypedChoiceField)
        named = [(turn.pk, f"{turn.person}, {turn.role[:1].lower()}{turn.role[1:]}") for turn in turns]
        field.choices = [("", "Выберите члена комиссии"), *named]

    def refuse(self, reason: OpinionRefused) -> None:
        self.add_error("text", reason.text)
