"""The dialog «Добавить сотрудника»: whom, which access, which rights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.acting import Acting
from accounts.actions import Given, Named
from accounts.models import Branch, Grant
from accounts.rights import BY_CODE, REQUIRES, Right, by_heading, missing_companions, rights_of_kinds, templates_for
from accounts.selectors import colleagues_to_copy
from core.identifiers import inn_problem, normalize_snils, snils_problem
from core.templatetags.formats import last_day

LATEST_DAY = date(2099, 12, 31)  # own choice: whoever means longer means without a term
NO_EMPLOYEE = "Выберите сотрудника: нажмите «Добавить сотрудника»."


@dataclass(frozen=True, slots=True)
class RightTick:
    """One tick-box: `locked` where the person who grants may not change it; `needs`: what it is of no use without."""

    right: Right
    ticked: bool
    locked: bool
    needs: list[Right]
    lacks: list[Right]


class PersonForm(forms.Form):
    """Somebody whom ЕСИА does not list yet, typed by hand."""

    last_name = forms.CharField(label="Фамилия", max_length=150)
    first_name = forms.CharField(label="Имя", max_length=150)
    middle_name = forms.CharField(label="Отчество", max_length=150, required=False)
    snils = forms.CharField(label="СНИЛС", max_length=20, help_text="11 цифр; пробелы и дефисы не важны")
    inn = forms.CharField(label="ИНН", max_length=20, required=False, help_text="12 цифр")
    position = forms.CharField(label="Должность", max_length=500, required=False)

    def clean_snils(self) -> str:
        text: str = self.cleaned_data["snils"]
        if problem := snils_problem(text):
            raise forms.ValidationError(problem)
        return normalize_snils(text)

    def clean_inn(self) -> str:
        text = str(self.cleaned_data["inn"]).replace(" ", "")
        if not text:
            return ""
        if len(text) != 12:
            raise forms.ValidationError("ИНН физического лица состоит из 12 цифр.")
        if problem := inn_problem(text):
            raise forms.ValidationError(problem)
        return text

    def named(self) -> Named:
        values = self.cleaned_data
        return Named(
            snils=values["snils"],
            last_name=values["last_name"],
            first_name=values["first_name"],
            middle_name=values["middle_name"],
            inn=values["inn"],
            position=values["position"],
        )


class AccessForm(forms.Form):
    """Block «Доступ», term, ground and rights. `acting` grants; `grant` is what the person has now, None for a new one."""

    branch = forms.ChoiceField(label="Где действует доступ", required=False)
    is_admin = forms.BooleanField(label="Администратор", required=False)
    is_blocked = forms.BooleanField(label="Заблокирован", required=False)
    until = forms.DateField(
        label="Последний день доступа",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="не указан — доступ бессрочный",
        error_messages={"invalid": "Укажите дату, например 31.12.2026."},
    )
    block_reason = forms.CharField(
        label="Причина блокировки",
        max_length=500,
        required=False,
        help_text="нужна, если доступ закрывается; её увидит сам сотрудник",
    )
    ground = forms.CharField(label="Основание", max_length=500, required=False, help_text="например, приказ и его дата")
    template = forms.ChoiceField(label="Отметить права по шаблону", required=False)
    copy_from = forms.ChoiceField(label="или как у сотрудника", required=False)

    def __init__(self, data: Any = None, *, acting: Acting, grant: Grant | None = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.acting, self.grant = acting, grant
        if acting.grant.until is not None:
            self.fields["until"].help_text = f"не позже {last_day(acting.grant.until)} — последнего дня вашего доступа"
        # for a new one the branch may be chosen in the form itself: what it may not have is refused then
        self.possible = rights_of_kinds(acting.organization, grant.branch if grant is not None else acting.branch)
        self.branches = {str(each.pk): each for each in Branch.objects.visible_to(acting).order_by("name", "pk")}
        self.fields["branch"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            *([("", "Вся организация")] if acting.branch is None else []),
            *((key, branch.name) for key, branch in self.branches.items()),
        ]
        self.templates = {each.code: each for each in templates_for(acting.organization)}
        self.fields["template"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", "—"),
            *((each.code, each.label) for each in self.templates.values()),
        ]
        self.colleagues = {str(each.pk): each for each in colleagues_to_copy(acting)}
        self.fields["copy_from"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", "—"),
            *((key, each.user.full_name) for key, each in self.colleagues.items()),
        ]
        self.rights = self._rights(initial)

    def _rights(self, initial: Any) -> list[str]:
        """Ticked codes: those posted, with those that the person who grants may not change."""
        if not self.is_bound:
            return list((initial or {}).get("rights", ()))
        data: Any = self.data  # what was posted is a QueryDict
        posted = [code for code in data.getlist("rights") if code in self.possible]
        return [right.value for right in Right if right.value in posted or right.value in self._kept()]

    def _kept(self) -> frozenset[str]:
        """What somebody else gave beyond what this person holds: it stays as it is."""
        had = frozenset(self.grant.rights) if self.grant is not None else frozenset()
        return frozenset(code for code in had & self.possible if not self.acting.holds(code))

    def fill(self) -> None:
        """Tick what the template or the colleague has, as far as this person may give it."""
        template = self.templates.get(str(self.data.get("template", "")))
        colleague = self.colleagues.get(str(self.data.get("copy_from", "")))
        wanted: Iterable[str] = template.rights if template else colleague.rights if colleague else ()
        given = frozenset(str(code) for code in wanted) & self.possible & self.acting.rights
        self.rights = [right.value for right in Right if right.value in given or right.value in self._kept()]

    def complete(self) -> None:
        """Tick the companions that the ticked rights are of no use without, as far as this person may give them."""
        wanted = set(self.rights)
        while lacking := _companions(wanted) & self.acting.rights:
            wanted |= lacking
        self.rights = [right.value for right in Right if right.value in wanted]

    @property
    def lacking(self) -> dict[Right, list[Right]]:
        """Ticked rights that lack companions; none for an administrator, nor where nothing opens."""
        shut = self._ticked("is_admin") or self._ticked("is_blocked")
        return {} if shut else missing_companions(self.rights)

    @property
    def beyond(self) -> list[Right]:
        """The companions among `lacking` that this person cannot give, in the dialog's order."""
        needed = {each for needs in self.lacking.values() for each in needs}
        return [right for right in Right if right in needed and not self.acting.holds(right)]

    def sections(self) -> list[tuple[str, list[RightTick]]]:
        """The tick-boxes under their headings, in the dialog's order."""
        ticked, kept, lacking = frozenset(self.rights), self._kept(), missing_companions(self.rights)
        return [
            (
                heading,
                [
                    RightTick(
                        right=right,
                        ticked=right.value in ticked,
                        locked=right.value in kept or not self.acting.holds(right.value),
                        needs=sorted(REQUIRES.get(right, ()), key=list(Right).index),
                        lacks=lacking.get(right, []),
                    )
                    for right in members
                ],
            )
            for heading, members in by_heading(self.possible).items()
        ]

    def _ticked(self, name: str) -> bool:
        value = self.data.get(name) if self.is_bound else self.initial.get(name)
        return bool(value)

    def clean_until(self) -> datetime | None:
        day: date | None = self.cleaned_data["until"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError("Этот день уже прошёл.")
        if day > LATEST_DAY:
            raise forms.ValidationError(
                f"Слишком далёкий день. Укажите не позже {LATEST_DAY:%d.%m.%Y} или оставьте поле пустым: доступ будет бессрочным."
            )
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("is_admin") and not values.get("is_blocked") and not self.rights:
            self.add_error(None, "Отметьте хотя бы одно право или «Администратор».")
        if values.get("is_blocked") and not values.get("block_reason"):
            self.add_error("block_reason", "Укажите причину блокировки: её увидит сам сотрудник.")
        return values

    def given(self) -> Given:
        values = self.cleaned_data
        return Given(
            # there is nothing to choose, nor a field for it, for who acts for a branch
            branch=self.acting.branch or self.branches.get(values["branch"]),
            is_admin=values["is_admin"],
            is_blocked=values["is_blocked"],
            rights=() if values["is_admin"] else tuple(self.rights),
            until=values["until"],
            ground=values["ground"].strip(),
            block_reason=values["block_reason"].strip() if values["is_blocked"] else "",
        )


def _companions(codes: set[str]) -> set[str]:
    """What rights among `codes` are of no use without and is not among them."""
    return {each.value for needs in missing_companions(codes).values() for each in needs}


def initial_of(grant: Grant) -> dict[str, Any]:
    """The form's first values for a grant that is to be changed."""
    last_day = timezone.localdate(grant.until - timedelta(seconds=1)) if grant.until else None
    return {
        "branch": str(grant.branch_id or ""),
        "is_admin": grant.is_admin,
        "is_blocked": grant.is_blocked,
        "until": last_day,
        "ground": grant.ground,
        "block_reason": grant.block_reason,
        "rights": [code for code in grant.rights if code in BY_CODE],
    }
