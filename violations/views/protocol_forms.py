"""The form of a draft: head, commission, and the rows of the page that is shown. Typed values are kept whatever happens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict

from core.keys import key_of
from violations.protocols.actions import TypedDraft, TypedRow
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.selectors import Person

LONGEST_NUMBER = 64
MOST_MEMBERS = 99
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def one_line(text: str) -> str:
    """Spaces and what cannot stand in XML become single spaces."""
    return " ".join(_CONTROL.sub(" ", text).split())


def typed_number(text: str) -> str:
    """A workplace number as people type it: spaces are harmless, «а», «a» and «A» mean the mark of an analogous place."""
    return "".join(_CONTROL.sub("", text).split()).upper().replace("A", "А")


def _line(size: int) -> forms.TextInput:
    """An input that shows about `size` letters where the table leaves the choice."""
    return forms.TextInput(attrs={"size": size})


class LineField(forms.CharField):
    """A text in one line."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


class HeadForm(forms.Form):
    """Number and date. An empty number may be saved in a draft, a date must be one."""

    number = LineField(
        label="Номер протокола",
        max_length=60,
        required=False,
        error_messages={"max_length": "Номер протокола длиннее 60 знаков."},
    )
    date = forms.DateField(
        label="Дата решения",
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "Укажите дату решения комиссии.", "invalid": "Укажите дату в виде 21.11.2026."},
    )
    commission_signs = forms.BooleanField(
        label="Подписывают все члены комиссии, затем председатель, затем организация",
        required=False,
    )


class RowForm(forms.Form):
    """The decision on one workplace."""

    new_number = forms.CharField(label="Новый номер", max_length=LONGEST_NUMBER, required=False)
    liquidated = forms.BooleanField(label="Ликвидировано", required=False)

    def clean_new_number(self) -> str:
        return typed_number(self.cleaned_data["new_number"])


class MemberForm(forms.Form):
    """A member of the commission. Who is chairman is one choice for all members: see `DraftForm.chairman`."""

    last_name = LineField(label="Фамилия", max_length=100, required=False, widget=_line(14))
    first_name = LineField(label="Имя", max_length=100, required=False, widget=_line(12))
    middle_name = LineField(label="Отчество", max_length=100, required=False, widget=_line(14))
    position = LineField(label="Должность", max_length=200, required=False, widget=_line(36))


@dataclass(slots=True)
class ShownRow:
    """A row of the table: the saved one, its form, and what differs from it when somebody else saved meanwhile."""

    row: ProtocolRow
    form: RowForm
    conflicts: list[Any] = field(default_factory=list)
    saved_differs: bool = False
    may_open_place: bool = False


@dataclass(slots=True)
class ShownMember:
    index: int
    form: MemberForm
    chairman: bool


class DraftForm:
    """The whole form; `data` None shows what is saved."""

    def __init__(
        self,
        protocol: CommissionProtocol,
        rows: Sequence[ProtocolRow],
        members: Sequence[Person],
        *,
        data: QueryDict | None = None,
    ) -> None:
        self.protocol = protocol
        self.data = data
        initial = {
            "number": protocol.number,
            "date": protocol.date,
            "commission_signs": protocol.commission_signs,
        }
        self.head = HeadForm(data, prefix="head", initial=initial)
        self.rows = [ShownRow(row, self._row_form(row)) for row in rows]
        self.members = self._saved_members(members) if data is None else self._posted_members(data)
        for shown in self.rows if data is not None else ():
            shown.saved_differs = shown.form.has_changed()

    def _row_form(self, row: ProtocolRow) -> RowForm:
        initial = {"new_number": row.new_number, "liquidated": row.liquidated}
        prefix = f"row-{row.pk}"
        # a row that was not on the posted page keeps what is saved
        posted = self.data is not None and f"{prefix}-new_number" in self.data
        form = RowForm(self.data if posted else None, prefix=prefix, initial=initial)
        form.fields["new_number"].label = f"Новый номер места № {row.old_number or 'без номера'}"
        return form

    @staticmethod
    def _saved_members(members: Sequence[Person]) -> list[ShownMember]:
        return [
            ShownMember(index, _member_form(index, initial=person), person.chairman)
            for index, person in enumerate(members)
        ]

    @staticmethod
    def _posted_members(data: QueryDict) -> list[ShownMember]:
        count = min(key_of(data.get("members", "")) or 0, MOST_MEMBERS)
        chairman = data.get("chairman", "")
        return [ShownMember(index, _member_form(index, data=data), chairman == str(index)) for index in range(count)]

    def is_valid(self) -> bool:
        """A draft may be incomplete; what is typed must only be storable."""
        return all([self.head.is_valid(), *(form.is_valid() for form in self._bound())])

    def all_forms(self) -> list[forms.Form]:
        """For the error summary."""
        return [self.head, *self._bound()]

    def _bound(self) -> Iterable[forms.Form]:
        yield from (shown.form for shown in self.rows if shown.form.is_bound)
        yield from (shown.form for shown in self.members if shown.form.is_bound)

    @property
    def persons(self) -> list[Person]:
        """The commission as typed (or saved, when nothing was posted)."""
        return [
            Person(**{**shown.form.initial, **getattr(shown.form, "cleaned_data", {})}, chairman=shown.chairman)
            for shown in self.members
        ]

    def typed_rows(self) -> dict[int, TypedRow]:
        """What was typed, by row; rows with an error keep what is saved."""
        typed = {}
        for shown in self.rows:
            if shown.form.is_bound and shown.form.is_valid():
                values = shown.form.cleaned_data
                typed[shown.row.pk] = TypedRow(values["new_number"], values["liquidated"])
        return typed

    def typed(
        self, *, without_member: int | None = None, blank_member: bool = False, kept: Person | None = None
    ) -> TypedDraft:
        """What was posted, after `is_valid()`; a member left out, an empty one more, or one of those kept for reuse."""
        persons = [person for index, person in enumerate(self.persons) if index != without_member]
        if blank_member:
            persons.append(Person())
        if kept is not None:
            persons.append(kept)
        values = self.head.cleaned_data
        return TypedDraft(
            number=values["number"],
            date=values["date"],
            members=persons,
            commission_signs=values["commission_signs"],
            rows=self.typed_rows(),
        )


def _member_form(index: int, *, initial: Person | None = None, data: QueryDict | None = None) -> MemberForm:
    start = (
        {name: getattr(initial, name) for name in ("last_name", "first_name", "middle_name", "position")}
        if initial is not None
        else {}
    )
    form = MemberForm(data, prefix=f"member-{index}", initial=start)
    for name, bound in form.fields.items():
        bound.label = f"{MemberForm.base_fields[name].label}, строка {index + 1}"
    return form
