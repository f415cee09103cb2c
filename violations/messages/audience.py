"""For whom a message may be, and for whom it is: employers whom the inspectorate supervises, narrowed by conditions.

One set of conditions serves the picker, the count that is shown before sending, and the writing of the recipients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, Concat, JSONObject, NullIf

from accounts.acting import Acting, acting_by
from accounts.models import Branch, Grant, Organization, User
from core.templatetags.classes import CLASS_NAMES
from sout_reports.models import INSPECT, SoutReport
from sout_reports.states import State
from violations.flags.models import Flag
from violations.messages.models import Addressee, Message
from violations.messages.states import Audience
from violations.rules.sout import book

HARMFUL = "harmful"
CLASSES = ("3.1", "3.2", "3.3", "3.4", "4")
CLASS_CHOICES = [(HARMFUL, "любой вредный или опасный"), *((name, CLASS_NAMES[name]) for name in CLASSES)]
SEPARATOR = " › "
BRANCHES_LISTED = 100  # of one organization in the picker; those that the search finds come first

Narrow = Callable[[QuerySet[Organization], str, Any], QuerySet[Organization]]


def _by_name(rows: QuerySet[Organization], text: str, acting: Any) -> QuerySet[Organization]:
    """By name or ИНН of the organization, by name or КПП of a branch."""
    found = Q(inn__startswith=text) if _is_number(text) else Q(pk__in=[])
    by_words = Q()
    for word in _words(text):
        by_words &= Q(short_name__icontains=word) | Q(full_name__icontains=word)
    branches = Branch.objects.filter(_branch_called(text), organization=OuterRef("pk"))
    return rows.filter(found | by_words | Q(Exists(branches)))


def _branch_called(text: str) -> Q:
    numbered = Q(kpp=text) if _is_number(text) else Q(pk__in=[])
    named = Q()
    for word in _words(text):
        named &= Q(name__icontains=word)
    return numbered | named


def _words(text: str) -> list[str]:
    return text.split()[:6]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _reports(acting: Any) -> QuerySet[SoutReport]:
    """Reports in force of the organization, as far as this inspectorate supervises them."""
    rows = SoutReport.objects.filter(SoutReport.objects.all().supervised_q(acting), state=State.ACCEPTED)
    return rows.filter(employer=OuterRef("pk"))


def _with_open(rows: QuerySet[Organization], _: str, acting: Any) -> QuerySet[Organization]:
    return rows.filter(Exists(_reports(acting).filter(open_flags__gt=0)))


def _with_rule(rows: QuerySet[Organization], rule: str, acting: Any) -> QuerySet[Organization]:
    seen = SoutReport.objects.all().supervised_q(acting, "report__")
    flags = Flag.objects.open().filter(seen, rule=rule, report__employer=OuterRef("pk"), report__state=State.ACCEPTED)
    return rows.filter(Exists(flags))


def _with_class(rows: QuerySet[Organization], name: str, acting: Any) -> QuerySet[Organization]:
    reports = _reports(acting)
    reports = reports.filter(harmful__gt=0) if name == HARMFUL else reports.filter(class_counts__has_key=name)
    return rows.filter(Exists(reports))


# name → how it narrows. What is known from reports takes the right to see them: see `known_conditions`.
CONDITIONS: dict[str, Narrow] = {
    "region": lambda rows, value, _: rows.filter(region=value),
    "q": _by_name,
    "open": _with_open,
    "rule": _with_rule,
    "conditions": _with_class,
}
FROM_REPORTS = frozenset({"open", "rule", "conditions"})
LABELS = {
    "region": "Регион",
    "q": "Наименование, ИНН или филиал",
    "open": "Есть непогашенные признаки",
    "rule": "Признак",
    "conditions": "Класс условий труда",
}


def known_conditions(acting: Any) -> frozenset[str]:
    """Conditions that this person may use: those from reports need the right to see supervised reports."""
    return frozenset(CONDITIONS) if acting.holds(INSPECT) else frozenset(CONDITIONS) - FROM_REPORTS


def addressable(acting: Any) -> QuerySet[Organization]:
    """Whom the acting inspectorate may write to: employers of its territory, and those of elsewhere with a report on work in it,
    which are the organizations that it supervises. Who may not see reports may still write."""
    registered: QuerySet[Organization] = Organization.objects.supervised_by(acting)
    if acting is None:
        return registered
    here = SoutReport.objects.filter(SoutReport.objects.all().supervised_q(acting), employer__isnull=False)
    return registered | Organization.objects.filter(pk__in=here.values("employer"), is_employer=True)


def in_territory(acting: Any, values: Mapping[str, str]) -> QuerySet[Organization]:
    """Employers whom the acting inspectorate may write to, narrowed; unknown names and empty values narrow nothing."""
    rows = addressable(acting)
    for name, value in values.items():
        if value and name in CONDITIONS:
            rows = CONDITIONS[name](rows, value, acting)
    return rows


def described(values: Mapping[str, str]) -> list[str]:
    """The conditions in words: «Регион: 66»."""
    rules = {rule.code: rule.title for rule in book}
    words = dict(CLASS_CHOICES) | rules
    return [
        LABELS[name] if name == "open" else f"{LABELS[name]}: {words.get(value, value)}"
        for name, value in values.items()
        if value and name in LABELS
    ]


def sender_acting(message: Message) -> Acting:
    """The inspectorate (branch) of a message that is on its way, for a job: whose territory counts, not who may do what."""
    user: User = message.sent_by or message.changed_by
    return acting_by(Grant(user=user, organization=message.sender, branch=message.sender_branch, is_admin=True), user)


def _of_branch(rows: QuerySet[Organization], message: Message) -> QuerySet[Organization]:
    """A branch's message stays in its region, whoever of the inspectorate addresses and sends it."""
    if message.sender_branch_id is None:
        return rows
    return rows.filter(pk__in=addressable(sender_acting(message)).values("pk"))


def reachable(message: Message, acting: Any) -> QuerySet[Organization]:
    """Whom this person may write to by this message."""
    return _of_branch(addressable(acting), message)


def filtered(message: Message, acting: Any) -> QuerySet[Organization]:
    """Organizations that a FILTERED draft reaches now."""
    return _of_branch(in_territory(acting, message.filters), message)


def chosen(message: Message, acting: Any) -> QuerySet[Addressee]:
    """Those named in a CHOSEN draft that are still of the territory."""
    return Addressee.objects.filter(message=message, organization__in=reachable(message, acting))


def reach(message: Message, acting: Any) -> int:
    """How many recipients the draft has now; one query."""
    rows: QuerySet[Any] = (
        filtered(message, acting) if message.audience == Audience.FILTERED else chosen(message, acting)
    )
    return rows.order_by().count()


@dataclass(frozen=True, slots=True)
class Reach:
    """How many recipients, and for how many of them nobody has ever signed in: they will read when somebody does."""

    total: int
    unclaimed: int


def reach_in_full(message: Message, acting: Any) -> Reach:
    """One query."""
    nobody = Count("pk", filter=Q(claimed_at=None))
    if message.audience == Audience.FILTERED:
        found = filtered(message, acting).order_by().aggregate(total=Count("pk"), unclaimed=nobody)
    else:
        nobody = Count("pk", filter=Q(organization__claimed_at=None))
        found = chosen(message, acting).order_by().aggregate(total=Count("pk"), unclaimed=nobody)
    return Reach(found["total"], found["unclaimed"])


def with_choices(rows: QuerySet[Organization], message: Message, text: str = "") -> QuerySet[Organization]:
    """With `is_chosen` (the draft names the organization), `branch_list`: dicts {pk, name, chosen}, those called `text` first, at
    most BRANCHES_LISTED, and `branch_count`: how many there are."""
    named = Addressee.objects.filter(message=message)
    theirs = Branch.objects.filter(organization=OuterRef("pk"))
    is_called = Case(When(_branch_called(text), then=0), default=1) if text else Value(0)
    listed = theirs.annotate(chosen=Exists(named.filter(branch=OuterRef("pk")))).order_by(is_called, "name", "pk")
    counted = theirs.order_by().values("organization").annotate(n=Count("pk")).values("n")
    return rows.annotate(
        is_chosen=Exists(named.filter(organization=OuterRef("pk"), branch=None)),
        branch_list=ArraySubquery(
            listed.values(json=JSONObject(pk="pk", name="name", chosen="chosen"))[:BRANCHES_LISTED]
        ),
        branch_count=Coalesce(Subquery(counted), 0),
    )


def named_first(message: Message, acting: Any, count: int) -> tuple[int, list[Addressee]]:
    """How many a CHOSEN draft names, and the first `count` of them; one query."""
    rows = chosen(message, acting).select_related("organization", "branch")
    first = list(rows.annotate(total=Window(Count("pk"))).order_by("pk")[:count])
    named: list[Addressee] = [*first]
    return (first[0].total if first else 0), named


def recipient_columns(message: Message, acting: Any) -> QuerySet[Any]:
    """Tuples (organization, branch, name, ИНН) of everybody the message reaches now, for INSERT … SELECT."""
    name = Coalesce(NullIf("short_name", Value("")), "full_name")
    if message.audience == Audience.FILTERED:
        rows = filtered(message, acting).annotate(the_branch=NullIf(F("pk"), F("pk")), the_name=name, the_inn=F("inn"))
        return rows.order_by().values_list("pk", "the_branch", "the_name", "the_inn")
    short = Coalesce(NullIf("organization__short_name", Value("")), "organization__full_name")
    with_branch = Concat(short, Value(SEPARATOR), "branch__name")
    named = chosen(message, acting).annotate(
        the_name=Case(When(branch=None, then=short), default=with_branch), the_inn=F("organization__inn")
    )
    return named.order_by().values_list("organization_id", "branch_id", "the_name", "the_inn")
