"""Ids swapped in query, body and hidden fields are told what an absent id is told, and change nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessRequest, Branch, EsiaRole, Grant, GrantReview, Source
from sout_reports.models import SoutReport
from tests import factories
from tests.matrix import BRANCH, FOREIGN, OWN, Matrix, make_matrix
from tests.test_permissions import TABLE
from violations.messages.models import Addressee, Attachment, Message
from violations.protocols.models import CommissionProtocol, ProtocolRow

pytestmark = pytest.mark.django_db

ABSENT, ABSENT_UID = 999_999_999, UUID(int=7)
HEAD_OFFICE, OF_BRANCH, INSPECTOR = "administrator", "administrator of the branch", "inspector in the territory"
WRITTEN = (Grant, GrantReview, AccessRequest, CommissionProtocol, ProtocolRow, Addressee, Attachment, Message)


@dataclass(frozen=True)
class Swap:
    """`foreign` finds the id that is somebody else's; `fields` say where an id stands: in the body of a POST, or, without
    `posts`, in the query."""

    says: str
    actor: str
    name: str
    foreign: Callable[[Matrix], Any]
    fields: Callable[[Any, Matrix], dict[str, Any]]
    posts: bool = True
    kind: str = ""  # of the actor's own object in the path

    def __str__(self) -> str:
        return f"{self.name}: {self.says}"


def of(kind: str, place: str = FOREIGN) -> Callable[[Matrix], Any]:
    return lambda matrix: matrix.places[place].objects[kind][0]


def due(place: str) -> Callable[[Matrix], int]:
    """A grant of somebody there that nobody has confirmed for long."""

    def make(matrix: Matrix) -> int:
        keeper = matrix.places[place].admin
        values = {"organization": keeper.organization, "branch": keeper.branch, "rights": ["sout.view_reports"]}
        since = timezone.now() - timedelta(days=100)
        return Grant.objects.create(user=factories.user(), source=Source.DEMO, since=since, **values).pk

    return make


def field(name: str, **others: Any) -> Callable[[Any, Matrix], dict[str, Any]]:
    return lambda key, matrix: {name: str(key)} | others


def done(verb: str, **others: Any) -> Callable[[Any, Matrix], dict[str, Any]]:
    return lambda key, matrix: {"do": f"{verb}:{key}"} | others


def _role(matrix: Matrix, place: str) -> EsiaRole:
    """A role in ЕСИА of the place's administrator, by which he enters his organization."""
    where = matrix.places[place]
    return EsiaRole.objects.get_or_create(
        user=where.admin.user,
        org_oid=where.employer.esia_oid,
        defaults={"full_name": where.employer.full_name, "ogrn": where.employer.ogrn, "seen_at": timezone.now()},
    )[0]


def _foreign_branch(matrix: Matrix) -> int:
    branch, _ = Branch.objects.get_or_create(
        organization=matrix.places[FOREIGN].employer, name="Чужой филиал", kpp="78"
    )
    return int(branch.pk)


def _foreign_workplace(matrix: Matrix) -> int:
    report = SoutReport.objects.get(uid=of("report")(matrix))
    return int(report.places.first().pk)


def _row_of(matrix: Matrix, place: str = FOREIGN) -> int:
    return int(ProtocolRow.objects.filter(protocol__uid=of("draft", place)(matrix)).first().pk)


def _addressee(matrix: Matrix, place: str = FOREIGN) -> int:
    return int(Addressee.objects.get(message__uid=of("message draft", place)(matrix)).pk)


def _unnamed_employer(_: Matrix) -> int:
    """Of the inspector's territory, and not among the recipients yet."""
    return int(factories.organization(region="77").pk)


def _draft(key: Any, matrix: Matrix, verb: str) -> dict[str, Any]:
    """What the editor of a protocol posts, with one of its buttons about `key`."""
    protocol = CommissionProtocol.objects.get(uid=of("draft", OWN)(matrix))
    typed = {"head-number": protocol.number, "head-date": protocol.date.isoformat(), "version": protocol.version}
    members = [("last_name", "Образцов"), ("first_name", "Иван"), ("middle_name", ""), ("position", "Инженер")]
    named = {f"member-0-{name}": text for name, text in members}
    return typed | named | {"members": 1, "chairman": 0, "do": f"{verb}:{key}"}


def _letter_draft(key: Any, matrix: Matrix) -> dict[str, Any]:
    message = Message.objects.get(uid=of("message draft", OWN)(matrix))
    return {"subject": "О сведениях", "text": "Просим.", "version": message.version, "without": str(key)}


SWAPS = [
    Swap(
        "a role of somebody else",
        HEAD_OFFICE,
        "accounts:esia_organization",
        lambda matrix: _role(matrix, FOREIGN).pk,
        field("role"),
    ),
    Swap(
        "a grant of somebody else, the role his own",
        HEAD_OFFICE,
        "accounts:esia_organization",
        of("grant"),
        lambda key, matrix: {"role": str(_role(matrix, OWN).pk), "grant": str(key)},
    ),
    Swap("a foreign grant ticked", HEAD_OFFICE, "accounts:access_review", due(FOREIGN), field("grant")),
    Swap("a head office's grant ticked", OF_BRANCH, "accounts:access_review", due(OWN), field("grant")),
    Swap("a foreign branch", HEAD_OFFICE, "accounts:invite", _foreign_branch, field("branch", do="save")),
    Swap("rights of a foreigner", HEAD_OFFICE, "accounts:invite", of("colleague"), field("copy_from", do="fill")),
    Swap("a foreign branch", HEAD_OFFICE, "accounts:access_edit", _foreign_branch, field("branch"), kind="colleague"),
    Swap("a foreign branch", HEAD_OFFICE, "accounts:access_new", _foreign_branch, field("branch", do="save")),
    Swap("a foreign branch", HEAD_OFFICE, "accounts:administration", _foreign_branch, field("branch"), posts=False),
    Swap("a foreign branch", HEAD_OFFICE, "sout_reports:reports", _foreign_branch, field("branch"), posts=False),
    Swap("a foreign flag ticked", HEAD_OFFICE, "violations:protocol_new", of("flag"), field("flag")),
    Swap("a head office's flag ticked", OF_BRANCH, "violations:protocol_new", of("flag", OWN), field("flag")),
    Swap("a foreign report", HEAD_OFFICE, "violations:protocol_new", of("report"), field("report")),
    Swap("a head office's report", OF_BRANCH, "violations:protocol_new", of("report", OWN), field("report")),
    Swap(
        "a foreign workplace",
        HEAD_OFFICE,
        "violations:protocol_edit",
        _foreign_workplace,
        lambda key, matrix: _draft(key, matrix, "add"),
        kind="draft",
    ),
    Swap(
        "a row of a foreign draft",
        HEAD_OFFICE,
        "violations:protocol_edit",
        _row_of,
        lambda key, matrix: _draft(key, matrix, "remove_row"),
        kind="draft",
    ),
    Swap(
        "a foreign kept member",
        HEAD_OFFICE,
        "violations:protocol_edit",
        of("kept member"),
        lambda key, matrix: _draft(key, matrix, "add_kept"),
        kind="draft",
    ),
    Swap(
        "an organization of another territory",
        INSPECTOR,
        "violations:sent_message_recipients",
        of("organization"),
        field("organization", do="add"),
        kind="message draft",
    ),
    Swap(
        "a branch of another territory",
        INSPECTOR,
        "violations:sent_message_recipients",
        _foreign_branch,
        field("branch", do="add"),
        kind="message draft",
    ),
    Swap(
        "a recipient of a foreign draft",
        INSPECTOR,
        "violations:sent_message_recipients",
        _addressee,
        done("remove"),
        kind="message draft",
    ),
    Swap(
        "a file of a foreign message",
        INSPECTOR,
        "violations:sent_message_edit",
        of("message file"),
        _letter_draft,
        kind="message draft",
    ),
    Swap(
        "a report of another territory",
        INSPECTOR,
        "violations:inspect_flags",
        lambda matrix: SoutReport.objects.get(uid=of("report")(matrix)).number,
        field("report"),
        posts=False,
    ),
    Swap(
        "a foreign report",
        HEAD_OFFICE,
        "violations:flags",
        lambda matrix: SoutReport.objects.get(uid=of("report")(matrix)).number,
        field("report"),
        posts=False,
    ),
]


def _asked(matrix: Matrix, swap: Swap, key: Any) -> tuple[int, str, list[Any], dict[str, list[Any]]]:
    """Status and address of the answer, the pages that follow, and what every table held then; all of it undone."""
    client = Client()
    with transaction.atomic():
        factories.sign_in(client, matrix.people[swap.actor])
        objects = matrix.places[OWN].objects
        address = reverse(swap.name, args=objects[swap.kind][:1] if swap.kind else ())
        fields = swap.fields(key, matrix)
        first = client.post(address, fields) if swap.posts else client.get(address, fields)
        where, page = first.get("Location", ""), factories.page_of(first)
        if where.startswith("/"):
            page += factories.page_of(client.get(where))
        rows = {model.__name__: sorted(model.objects.order_by("pk").values_list("pk", flat=True)) for model in WRITTEN}
        texts = [
            re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "N", text) for text in (where, page)
        ]  # ids, and numbers like them
        transaction.set_rollback(True)
    return first.status_code, texts[0], texts[1], rows


def test_a_swapped_id_is_an_absent_one():
    """One world for all of them: it takes longer to make than all the requests."""
    matrix = make_matrix(TABLE)
    for swap in SWAPS:
        foreign = swap.foreign(matrix)
        before = {model.__name__: sorted(model.objects.values_list("pk", flat=True)) for model in WRITTEN}
        with time_machine.travel(timezone.now(), tick=False):  # pages tell the seconds until the session ends
            told = _asked(matrix, swap, foreign)
            absent = _asked(matrix, swap, ABSENT_UID if isinstance(foreign, UUID) else ABSENT)
        assert told == absent, swap
        assert told[-1] == before, swap


def test_the_same_fields_do_something_about_ones_own():
    """Else the test above would pass by naming its fields wrongly."""
    matrix = make_matrix(TABLE)
    own = {
        "a foreign grant ticked": due(OWN),
        "a foreign flag ticked": of("flag", BRANCH),
        "a branch of another territory": lambda each: each.places[BRANCH].branch.pk,
        "an organization of another territory": _unnamed_employer,
        "a row of a foreign draft": lambda each: _row_of(each, OWN),
        "a foreign kept member": of("kept member", OWN),
        "a recipient of a foreign draft": lambda each: _addressee(each, OWN),
    }
    for swap in SWAPS:
        if swap.says in own:
            key = own.pop(swap.says)(matrix)
            assert _asked(matrix, swap, key) != _asked(matrix, swap, ABSENT), swap
    assert not own
