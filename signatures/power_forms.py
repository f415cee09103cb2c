"""The form of «Создать машиночитаемую доверенность»."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import EsiaRole, User
from core.identifiers import inn_problem, is_ogrnip, kpp_problem, mask_snils, normalize_snils, snils_problem
from signatures.actions import PowerWords
from signatures.mchd.checking import moscow_date
from signatures.mchd.power import Granted, Person
from signatures.models import PowerDraft, PowerOfAttorney
from signatures.powers import signing_codes

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]
WRONG_DATE = "Укажите дату в виде 21.11.2026."
NOBODY, TYPED = "", "typed"
LIST_MAX = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PARTS = ("last_name", "first_name", "middle_name", "position", "snils", "inn")
LABELS = {
    "last_name": "Фамилия",
    "first_name": "Имя",
    "middle_name": "Отчество",
    "position": "Должность",
    "snils": "СНИЛС",
    "inn": "ИНН",
}
LONGEST = {"position": 500}
LONGEST_NAME = 150  # as accounts has it
MISSING = {"last_name": "Впишите фамилию", "first_name": "Впишите имя", "snils": "Впишите СНИЛС", "inn": "Впишите ИНН"}
NUMBERS = ("snils", "inn")


class LineField(forms.CharField):
    """One line without letters that no XML holds."""

    def to_python(self, value: Any) -> str:
        return _CONTROL.sub(" ", super().to_python(value) or "").strip()


def _day(label: str, hint: str = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Укажите дату.", "invalid": WRONG_DATE},
    )


class PowerForm(forms.Form):
    """Two people, each picked from those whom the cabinet knows, or typed.

    What is typed beside somebody picked fills what the cabinet does not know of him; a number that it does know is not
    typed over, for that would make one paper of two people.
    """

    head = forms.ChoiceField(label="Кто подпишет", required=False)
    person = forms.ChoiceField(label="Сотрудник", required=False)
    birth_date = _day("Дата рождения", "Если она нужна там, где доверенность будут проверять", required=False)
    kpp = LineField(label="КПП организации", max_length=9, required=False)
    inner_number = LineField(
        label="Номер доверенности",
        max_length=50,
        help_text="По вашему учёту; единый номер (GUID) система присвоит сама",
        error_messages={"required": "Укажите номер доверенности."},
    )
    until = _day("Действует до", "Последний день, включительно")
    powers = forms.MultipleChoiceField(
        label="Полномочия",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Выберите хотя бы одно полномочие."},
    )

    def __init__(self, acting: Acting, data: Any = None) -> None:
        self.acting = acting
        self.today = moscow_date(timezone.now())
        self.people = {str(each.pk): each for each in _colleagues(acting)}
        of_esia = {str(each.pk): each for each in _heads(acting)}
        self.heads = of_esia or self.people
        first_head = next(iter(of_esia), NOBODY)
        super().__init__(data, initial=None if data else self._first_values() | {"head": first_head})
        for name, people, role in (("head", self.heads, "руководитель"), ("person", self.people, "сотрудник")):
            choices = [(pk, _label(each)) for pk, each in people.items()]
            field: Any = self.fields[name]
            field.choices = [(NOBODY, "Выберите"), *choices, (TYPED, f"Другой {role}: впишу ниже")]
            for part in PARTS:
                self.fields[f"{name}_{part}"] = LineField(
                    label=LABELS[part], max_length=LONGEST.get(part, LONGEST_NAME), required=False
                )
        granted: Any = self.fields["powers"]
        granted.choices = [
            (code, f"{words} ({code}){'' if known else ' — код не подтверждён'}")
            for code, words, known in signing_codes()
        ]
        if self.is_trader:
            del self.fields["kpp"]

    @property
    def is_trader(self) -> bool:
        return is_ogrnip(self.acting.organization.ogrn)

    def _first_values(self) -> dict[str, Any]:
        made = PowerOfAttorney.objects.filter(organization=self.acting.organization).count()
        drafts = PowerDraft.objects.filter(organization=self.acting.organization, power=None)
        taken = set(drafts.waiting().values_list("inner_number", flat=True))
        numbers = (f"{made + number}/{self.today.year}" for number in count(drafts.count() + 1))
        return {
            "kpp": self.acting.organization.kpp,
            "inner_number": next(number for number in numbers if number not in taken),
            "until": self.today + timedelta(days=365),
            "powers": [code for code, _words, _known in signing_codes()],
        }

    def head_fields(self) -> list[forms.BoundField]:
        return [self[f"head_{part}"] for part in PARTS]

    def person_fields(self) -> list[forms.BoundField]:
        return [self[f"person_{part}"] for part in PARTS]

    def head_is_typed(self) -> bool:
        """Whether the fields of the head are to be seen at once."""
        return any(each.errors or each.value() for each in self.head_fields())

    def person_is_typed(self) -> bool:
        return any(each.errors or each.value() for each in self.person_fields())

    def clean_inner_number(self) -> str:
        """A second sending of the form makes no second paper."""
        number: str = self.cleaned_data["inner_number"]
        waiting = PowerDraft.objects.filter(organization=self.acting.organization, inner_number=number).waiting()
        if waiting.exists():
            raise ValidationError(
                "Доверенность с этим номером уже составлена и ждёт подписи руководителя: она в разделе «Доверенности (МЧД)». "
                "Для другой укажите другой номер."
            )
        return number

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until < self.today:
            raise ValidationError("Этот день уже прошёл.")
        return until

    def clean_birth_date(self) -> Any:
        day = self.cleaned_data["birth_date"]
        if day and (day >= self.today or day.year < 1900):
            raise ValidationError("Проверьте дату рождения.")
        return day

    def clean_kpp(self) -> str:
        kpp: str = self.cleaned_data["kpp"]
        if problem := kpp_problem(kpp):
            raise ValidationError(problem)
        return kpp

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, known in (("head", self.heads), ("person", self.people)):
            if name in self.errors:
                continue
            if not cleaned[name] and not any(cleaned.get(f"{name}_{part}") for part in PARTS):
                role = "руководителя" if name == "head" else "сотрудника"
                self.add_error(name, f"Выберите {role} или впишите сведения о нём.")
            else:
                cleaned[f"{name}_is"] = self._person(name, known.get(cleaned[name]), cleaned)
        return cleaned

    def _person(self, name: str, picked: User | None, cleaned: dict[str, Any]) -> Person:
        values: dict[str, Any] = {
            part: cleaned.get(f"{name}_{part}", "") or _of(picked, part, self.acting) for part in PARTS
        }
        values["snils"] = normalize_snils(values["snils"])
        for part, words in MISSING.items():
            if not values[part] and f"{name}_{part}" not in self.errors:
                why = ": в кабинете у этого человека его нет" if picked and part in NUMBERS else ""
                self.add_error(f"{name}_{part}", f"{words}{why}.")
        for part in NUMBERS:
            known = _of(picked, part, self.acting)
            if known and values[part] != known:
                text = f"{LABELS[part]} не того, кто выбран: в кабинете у него другой. Очистите поле или выберите другого человека."
                self.add_error(f"{name}_{part}", text)
        if values["snils"] and (problem := snils_problem(values["snils"])):
            self.add_error(f"{name}_snils", problem)
        if values["inn"] and (problem := inn_problem(values["inn"]) or _of_a_person(values["inn"])):
            self.add_error(f"{name}_inn", problem)
        return Person(**values)

    def words(self) -> PowerWords:
        """What was asked for, after ``is_valid()``."""
        cleaned = self.cleaned_data
        texts = {code: words for code, words, _known in signing_codes()}
        return PowerWords(
            head=cleaned["head_is"],
            representative=cleaned["person_is"],
            kpp=cleaned.get("kpp", ""),
            inner_number=cleaned["inner_number"],
            issued=self.today,
            until=cleaned["until"],
            powers=tuple(Granted(code, texts[code]) for code in cleaned["powers"]),
            birth_date=cleaned["birth_date"],
        )


def _of_a_person(inn: str) -> str:
    return "" if len(inn) == 12 else "ИНН человека состоит из 12 цифр."


def _label(user: User) -> str:
    return f"{user.full_name}, СНИЛС {mask_snils(user.snils)}"


def _of(user: User | None, part: str, acting: Acting) -> str:
    if user is None:
        return ""
    if part == "position":
        grant = user.grants.filter(organization=acting.organization, revoked_at=None).exclude(position="").first()
        return grant.position if grant else ""
    return str(getattr(user, part))


def _colleagues(acting: Acting) -> list[User]:
    people = User.objects.visible_to(acting).exclude(snils="").exclude(last_name="")
    return list(people.order_by("name_key", "pk")[:LIST_MAX])


def _heads(acting: Acting) -> list[User]:
    """Whom ЕСИА calls the organization's head."""
    roles = EsiaRole.objects.heads().filter(org_oid=acting.organization.esia_oid or 0)
    return list(User.objects.filter(pk__in=roles.values("user")).exclude(snils="").order_by("name_key", "pk"))
