"""The permission matrix: what a URL answers to whom about whose object, worked out from words written by hand.

Nothing here reads the doors or the rights of the code but for the methods of a URL: the words come from features.md 3.4.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting, acting_by
from accounts.models import Branch, Grant, Inspectorate, Organization, Source, User
from tests import factories
from tests.places import Place, make_place

PUBLIC, PERSON, ACTING = "public", "person", "acting"
Table = dict[str, tuple[str | tuple[str, ...], str]]

# Code → label, by heading, as features.md 3.4 has them with the new ones of issue 3.
EMPLOYERS = {
    "sout.view_reports": "Просмотр отчетов СОУТ",
    "sout.approve_reports": "Согласование и утверждение отчётов СОУТ",
    "protocols.view": "Просмотр протоколов решения комиссий",
    "protocols.prepare": "Формирование протоколов решения комиссий",
    "protocols.sign": "Подпись и отправка протоколов решения комиссий",
    "declarations.view": "Просмотр деклараций",
    "declarations.prepare": "Формирование деклараций",
    "declarations.sign": "Подпись и отправка деклараций",
    "control.view_messages": "Просмотр сообщений от Роструда",
    "control.view_flags": "Просмотр признаков нарушения в СОУТ и Декларациях",
    "control.view_training_flags": "Просмотр признаков нарушения в обучении",
    "control.view_flags_branch": "Просмотр признаков нарушения в СОУТ и Декларациях (филиал)",
    "training.view_notice": "Просмотр уведомления",
    "training.prepare_notice": "Формирование уведомления",
    "training.sign_notice": "Подпись и отправка уведомления",
    "training.view_trained": "Просмотр реестра обученных лиц",
    "training.prepare_trained": "Формирование отложенных записей в реестре обученных лиц",
    "training.sign_trained": "Подпись и отправка записей в реестр обученных лиц",
    "training.view_trainees": "Просмотр обучаемых лиц",
    "training.edit_trainees": "Редактирование обучаемых лиц",
    "training.view_attempts": "Просмотр попыток проверки знаний",
    "training.edit_attempts": "Редактирование попыток проверки знаний",
    "training.admit": "Допуск к проверке знаний",
}
EVERYBODYS = {
    "admin.settings": "Настройки личного кабинета",
    "admin.access": "Управление доступом",
    "admin.api_keys": "Ключи API и вебхуки",
}
SOUT_ORGANIZATIONS = {
    "sout_org.sout_ids": "Идентификационные номера СОУТ",
    "sout_org.import_reports": "Импорт отчётов СОУТ",
}
INSPECTORATES = {
    "inspect.view_flags": "Просмотр отчётов СОУТ и признаков нарушений поднадзорных организаций",
    "inspect.review_flags": "Рассмотрение признаков нарушений",
    "inspect.send_messages": "Направление сообщений работодателям",
    "inspect.review_notices": "Рассмотрение уведомлений о намерении обучения",
    "inspect.review_declarations": "Рассмотрение деклараций",
}
NATIONAL = {
    "inspect.keep_registers": "Ведение реестров"
}  # of Роструд and Минтруд: the registers are the whole country's
RIGHTS = EMPLOYERS | EVERYBODYS | SOUT_ORGANIZATIONS | INSPECTORATES | NATIONAL

OWN, BRANCH, FOREIGN = "own", "branch", "foreign"
PLACES = (OWN, BRANCH, FOREIGN)
BEARERS = {
    "confirm token",
    "stop token",
    "check",
}  # whoever holds the link of a letter: it is no object of an organization
PERSONAL = {"grant", "session"}
INSPECTORATES_OWN = {
    "message",
    "message draft",
    "thread",
    "message file",
}  # of one, not of a territory

# Where the rule of the sides does not hold, each with its reason.
BRANCH_RIGHT = "control.view_flags_branch"  # says nothing while one acts for the whole organization (features 3.4)
KEPT_APART = {"kept member"}  # head office and branch each keep their own list of commission members


# The door's right is to act, another one is to see what is acted on: who holds the first alone finds nothing.
SEEN_BY = {
    "violations:flag_answer": ("control.view_flags", BRANCH_RIGHT),
    "violations:message_answer": ("control.view_messages",),
}
# Papers about one person: his own, and those of the people to whom somebody manages access.
ABOUT_A_PERSON = {"power": "admin.access", "power draft": "admin.access"}
# Behind a door for whoever acts, the rights that show an object: those of the page of what was signed.
SHOWN_BY = {"signature": ("protocols.view", "protocols.prepare", "protocols.sign")}


class Expected(StrEnum):
    SIGN_IN = "is sent to sign in"
    CHOOSE = "is sent to choose an organization"
    NO_RIGHT = "is told which right is missing"
    ABSENT = "is told what an absent id is told"
    LET_IN = "is let in"


@dataclass(frozen=True)
class Role:
    """An actor as the matrix reasons about him. `side`: whose organization; `rights` all that he holds."""

    side: str  # "" nobody's | employer | other employer | sout | other sout | inspector | other inspector | rostrud
    rights: frozenset[str] = field(repr=False, default=frozenset())
    in_branch: bool = False
    signed_in: bool = True
    owns: str = ""  # the place whose personal objects are his


ADMINISTRATORS = {
    "employer": frozenset(EMPLOYERS | EVERYBODYS),
    "other employer": frozenset(EMPLOYERS | EVERYBODYS),
    "sout": frozenset(SOUT_ORGANIZATIONS | EVERYBODYS),
    "other sout": frozenset(SOUT_ORGANIZATIONS | EVERYBODYS),
    "inspector": frozenset(INSPECTORATES | EVERYBODYS),
    "other inspector": frozenset(INSPECTORATES | EVERYBODYS),
    "rostrud": frozenset(INSPECTORATES | NATIONAL | EVERYBODYS),
}
# What each side has a hand in: the places whose employer, SOUT organization or territory is this one.
WHERE = {
    "employer": {OWN, BRANCH},
    "other employer": {FOREIGN},
    "sout": {OWN, BRANCH},
    "other sout": {FOREIGN},
    "inspector": {OWN, BRANCH},
    "other inspector": {FOREIGN},
    "rostrud": {OWN, BRANCH, FOREIGN},
}
EMPLOYER_SIDE = {"employer", "other employer"}


def _side_of(right: str) -> str:
    if right in SOUT_ORGANIZATIONS:
        return "sout"
    if right in NATIONAL:
        return "rostrud"
    return "inspector" if right in INSPECTORATES else "employer"


ROLES: dict[str, Role] = {
    "anonymous": Role("", signed_in=False),
    "nobody's": Role(""),
    "blocked": Role(""),
    "head": Role("employer", ADMINISTRATORS["employer"]),
    "administrator": Role("employer", ADMINISTRATORS["employer"], owns=OWN),
    "administrator of the branch": Role("employer", ADMINISTRATORS["employer"], in_branch=True, owns=BRANCH),
    "administrator of another employer": Role("other employer", ADMINISTRATORS["other employer"], owns=FOREIGN),
    "administrator of the SOUT organization": Role("sout", ADMINISTRATORS["sout"]),
    "administrator of another SOUT organization": Role("other sout", ADMINISTRATORS["other sout"]),
    "inspector in the territory": Role("inspector", ADMINISTRATORS["inspector"]),
    "inspector of another territory": Role("other inspector", ADMINISTRATORS["other inspector"]),
    "inspector of Rostrud": Role("rostrud", ADMINISTRATORS["rostrud"]),
    f"{BRANCH_RIGHT} in the branch": Role("employer", frozenset({BRANCH_RIGHT}), in_branch=True),
    **{right: Role(_side_of(right), frozenset({right})) for right in RIGHTS},
}


def places_of(kind: str) -> tuple[str, ...]:
    return PLACES if kind and kind not in BEARERS else (OWN,)


def sees(role: Role, right: str, kind: str, place: str) -> bool:
    """Whether a right that the door admits shows the object of a place to who holds it."""
    if right in NATIONAL:  # uploads are of one body: those of the foreign place are another's
        return role.side == "rostrud" and place != FOREIGN
    if right in INSPECTORATES:
        if kind in INSPECTORATES_OWN and role.side == "rostrud":
            return False
        return place in WHERE[role.side]
    if right in SOUT_ORGANIZATIONS:
        return place in WHERE[role.side]
    if role.side not in EMPLOYER_SIDE or place not in WHERE[role.side]:
        return False
    if right == BRANCH_RIGHT and not role.in_branch:
        return False
    if kind in KEPT_APART:
        return (place == BRANCH) == role.in_branch
    return place == BRANCH or not role.in_branch


def expected(table: Table, name: str, role: Role, place: str) -> Expected:
    admits, kind = table[name]
    if admits == PUBLIC:
        if kind != "notice" or role.side == "":
            return Expected.LET_IN
        # a notice without a right is everybody's in its organization
        return Expected.LET_IN if sees(role, "", kind, place) else Expected.ABSENT
    if not role.signed_in:
        return Expected.SIGN_IN
    if admits == PERSON:
        return Expected.LET_IN if kind not in PERSONAL or role.owns == place else Expected.ABSENT
    if role.side == "":
        return Expected.CHOOSE
    if admits == ACTING:
        right = ABOUT_A_PERSON.get(kind, "")
        if right:
            seen = role.owns == place or (right in role.rights and sees(role, right, kind, place))
        else:
            showing = role.rights & frozenset(SHOWN_BY.get(kind, ()))
            seen = kind not in SHOWN_BY or any(sees(role, right, kind, place) for right in showing)
        return Expected.LET_IN if seen else Expected.ABSENT
    held = role.rights & frozenset(admits)
    if not held:
        return Expected.NO_RIGHT
    held = role.rights & frozenset(SEEN_BY.get(name, held))
    if not kind or any(sees(role, right, kind, place) for right in held):
        return Expected.LET_IN
    return Expected.ABSENT


@dataclass(frozen=True)
class Cell:
    name: str
    method: str
    actor: str
    place: str

    def __str__(self) -> str:
        return f"{self.method} {self.name} of {self.place}: {self.actor}"


def cells(table: Table, methods: dict[str, tuple[str, ...]]) -> Iterator[Cell]:
    """Every cell of the table's URL names; `methods` of each. HEAD is GET without its body, so one place is enough for it."""
    for name, (_, kind) in table.items():
        for actor in ROLES:
            for place in places_of(kind):
                for method in methods[name]:
                    if method != "HEAD" or place == OWN:
                        yield Cell(name, method, actor, place)


class QuickClient(Client):
    """Django's client collects the context of every template, which takes longer than the pages; and it takes the cookies of
    an answer, while here every cell is to find the session as it was."""

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))


@dataclass
class Matrix:
    """The three places, and every actor signed in."""

    table: Table
    places: dict[str, Place]
    people: dict[str, Acting | User | None]
    clients: dict[str, QuickClient] = field(default_factory=dict)
    absent: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def url(self, name: str, place: str, *, absent: bool = False) -> str:
        kind = self.table[name][1]
        if not kind:
            return reverse(name)
        values = self.places[place].objects[kind]
        if absent:
            first = uuid.UUID(int=7) if isinstance(values[0], uuid.UUID) else 999_999_999
            values = (first, *values[1:])
        return reverse(name, args=values)

    def client(self, actor: str) -> QuickClient:
        if actor not in self.clients:
            client, who = QuickClient(), self.people[actor]
            if isinstance(who, Acting):
                factories.sign_in(client, who)
            elif who is not None:
                client.force_login(who)
            self.clients[actor] = client
        return self.clients[actor]

    def ask(self, actor: str, method: str, address: str, posted: dict[str, str] | None = None) -> HttpResponse:
        """The answer; whatever the request wrote is undone, and the actor stays signed in."""
        client = self.client(actor)
        with transaction.atomic():
            if posted and method == "POST":
                answer = client.post(address, posted)
            else:
                answer = client.generic(method, address)
            if answer.streaming:
                b"".join(answer.streaming_content)  # to the end, so that the file behind it is closed
            transaction.set_rollback(True)
        return answer

    def absent_page(self, cell: Cell) -> str:
        """What the actor is told of an id that does not exist."""
        key = (cell.actor, cell.name, cell.method)
        if key not in self.absent:
            answer = self.ask(cell.actor, cell.method, self.url(cell.name, cell.place, absent=True))
            assert answer.status_code == 404, f"{cell}: an absent id answers {answer.status_code}"
            self.absent[key] = factories.page_of(answer)
        return self.absent[key]


def make_matrix(table: Table) -> Matrix:
    employer = factories.organization(region="77")
    branch = Branch.objects.create(organization=employer, name="Филиал в г. Пробске", kpp="770102002")
    other = factories.organization(region="78")
    sout, other_sout = (factories.acting(factories.sout_organization(is_employer=False)) for _ in range(2))
    inspector, other_inspector = (_inspector(region) for region in ("77", "78"))
    rostrud, operator = (
        factories.acting(factories.inspectorate(kind, region="77"))
        for kind in (Inspectorate.FEDERAL, Inspectorate.OPERATOR)
    )
    places = {
        OWN: make_place(employer, None, sout, inspector, rostrud),
        BRANCH: make_place(employer, branch, sout, inspector, rostrud),
        FOREIGN: make_place(other, None, other_sout, other_inspector, operator),
    }
    acting = {
        "employer": employer,
        "sout": sout.organization,
        "inspector": inspector.organization,
        "rostrud": rostrud.organization,
    }
    people: dict[str, Acting | User | None] = {
        "anonymous": None,
        "nobody's": factories.user(),
        "blocked": _blocked(employer),
        "head": _head(employer),
        "administrator": places[OWN].admin,
        "administrator of the branch": places[BRANCH].admin,
        "administrator of another employer": places[FOREIGN].admin,
        "administrator of the SOUT organization": sout,
        "administrator of another SOUT organization": other_sout,
        "inspector in the territory": inspector,
        "inspector of another territory": other_inspector,
        "inspector of Rostrud": rostrud,
        f"{BRANCH_RIGHT} in the branch": factories.acting(employer, branch=branch, rights=[BRANCH_RIGHT]),
        **{right: factories.acting(acting[ROLES[right].side], rights=[right]) for right in RIGHTS},
    }
    return Matrix(table, places, people)


def _inspector(region: str) -> Acting:
    return factories.acting(factories.inspectorate(region=region))


def _head(employer: Organization) -> Acting:
    """By his role in ЕСИА."""
    given = Grant.objects.create(user=factories.user(), organization=employer, is_admin=True, source=Source.ESIA)
    return acting_by(given, given.user)


def _blocked(employer: Organization) -> Acting:
    """His browser still names a grant that was blocked."""
    given = Grant.objects.create(
        user=factories.user(), organization=employer, is_admin=True, is_blocked=True, source=Source.DEMO
    )
    return acting_by(given, given.user)
