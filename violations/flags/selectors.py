"""Questions about flags that change nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import RowNumber

from accounts.rights import Right
from registries.models import WorkplaceInForce
from registries.workplace_keys import normalize_number, normalize_text
from sout_reports.models import INSPECT, SoutReport, Workplace
from sout_reports.states import State
from violations.flags.models import VIEW, VIEW_BRANCH, Flag
from violations.flags.states import FlagState
from violations.inspection.states import Review
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.selectors import may_open_protocol
from violations.protocols.states import OPEN
from violations.rules.rulebook import Rule
from violations.rules.severity import ClearedBy, how_cleared, who_clears
from violations.rules.sout import book

PREPARE = Right.PREPARE_PROTOCOLS
REPORTS = Right.VIEW_REPORTS
IMPORT = Right.IMPORT_REPORTS
HEAVY = (
    "report__header",
    "report__class_counts",
    "report__problems",
    "workplace__fragment",
    "workplace__details",
    "protocol__import_notes",
)
COUNTED_UP_TO = 1000
NOT_UNIQUE = "SOUT-UNIQ-001"


@lru_cache(maxsize=1)
def commission_codes() -> frozenset[str]:
    """Rules that a commission protocol clears."""
    return frozenset(rule.code for rule in book if ClearedBy.COMMISSION in rule.cleared_by)


def codes_cleared_by(way: str) -> list[str]:
    """Rules that are cleared in this way, alone or among others."""
    return [rule.code for rule in book if ClearedBy(way) in rule.cleared_by]


def rule_of(code: str) -> Rule | None:
    """The rule of a flag; None where the book has it no more: the flag then shows what it keeps itself."""
    try:
        return book[code]
    except KeyError:
        return None


@dataclass(slots=True)
class ShownFlag:
    """A flag with what the pages say of it. `draft_uid`, `draft_number`: the open protocol that its place stands in.

    `may_open…`: whether this person may open the page of the flag, of its workplace, of the protocol that cleared it, of the
    open protocol; where he may not, the name stands without a link.
    """

    flag: Flag
    rule: Rule | None
    may_tick: bool
    draft_uid: UUID | None = None
    draft_number: str = ""
    may_open: bool = False
    may_open_place: bool = False
    may_open_protocol: bool = False
    may_open_draft: bool = False
    as_inspector: bool = False

    @property
    def review(self) -> str:
        """Where the inspector's review stands, in the words of the reader's side; "" where there is nothing to say."""
        review = Review(self.flag.review)
        return str(review.label) if self.as_inspector else review.for_employer

    @property
    def title(self) -> str:
        return self.rule.title if self.rule else self.flag.rule

    @property
    def basis(self) -> str:
        return self.rule.basis if self.rule else ""

    @property
    def who(self) -> str:
        """Who can clear it, in one line."""
        return who_clears(self.rule.cleared_by) if self.rule else ""

    @property
    def how(self) -> str:
        return how_cleared(self.rule.cleared_by) if self.rule else ""

    @property
    def tick_label(self) -> str:
        """What the tick box says to who does not see the row: the place and what was found about it."""
        place = self.flag.workplace
        where = f"{place.numbered}, {place.position}" if place is not None else "отчёт в целом"
        return f"Выбрать: {where}: {self.title}"

    @property
    def is_open(self) -> bool:
        return self.flag.state == FlagState.OPEN


def shown(flags: Iterable[Flag], acting: Any) -> list[ShownFlag]:
    """Flags of one page; they come from `with_neighbours`. No query of its own."""
    return [
        ShownFlag(
            flag=flag,
            rule=rule_of(flag.rule),
            may_tick=may_decide(flag, acting),
            draft_uid=getattr(flag, "draft_uid", None) if flag.state == FlagState.OPEN else None,
            draft_number=getattr(flag, "draft_number", None) or "",
            may_open=may_open_flags(flag.report, acting),
            may_open_place=flag.report.is_readable_by(acting),
            may_open_protocol=flag.protocol is not None
            and may_open_protocol(flag.protocol.employer_id, flag.protocol.branch_id, acting),
            may_open_draft=may_open_protocol(acting.organization.pk, getattr(flag, "draft_branch", None), acting),
            as_inspector=acting.holds(INSPECT),
        )
        for flag in flags
    ]


def may_open_flags(report: SoutReport, acting: Any) -> bool:
    """`Flag.visible_to`, asked of a report that was read already."""
    looks = acting.holds(VIEW) or (acting.holds(VIEW_BRANCH) and acting.branch is not None)
    brought = acting.holds(IMPORT) and report.organization_id == acting.organization.pk
    return brought or report.is_supervised_by(acting) or (looks and report.is_of_employer(acting))


def may_open_expertise(report: SoutReport, acting: Any) -> bool:
    """`reports_with_flags`, asked of a report that was read already."""
    if report.state not in {State.ACCEPTED, State.SUPERSEDED}:
        return False
    return may_open_flags(report, acting) or (acting.holds(REPORTS) and report.is_of_employer(acting))


def with_neighbours(flags: QuerySet[Flag], acting: Any) -> QuerySet[Flag]:
    """With report, workplace and protocol, without what is heavy in them, and with the open protocol that the flag's
    workplace stands in, where this person may open it."""
    drafts = ProtocolRow.objects.filter(
        workplace=OuterRef("workplace"),
        protocol__in=CommissionProtocol.objects.visible_to(acting).filter(state__in=OPEN),
    ).order_by("pk")
    return (
        flags.select_related("report", "workplace", "protocol")
        .defer(*HEAVY)
        .annotate(
            draft_uid=Subquery(drafts.values("protocol__uid")[:1]),
            draft_number=Subquery(drafts.values("protocol__number")[:1]),
            draft_branch=Subquery(drafts.values("protocol__branch")[:1]),
        )
    )


def may_decide(flag: Flag, acting: Any) -> bool:
    """Can this person put the flag into a commission protocol now?"""
    return (
        flag.state == FlagState.OPEN
        and flag.rule in commission_codes()
        and flag.workplace_id is not None
        and flag.report.employer_id == acting.organization.pk
        and flag.report.state == State.ACCEPTED
        and acting.holds(PREPARE)
    )


def decidable(acting: Any) -> QuerySet[Flag]:
    """Flags that the acting employer's commission may clear: open, on a workplace of its own accepted report."""
    return Flag.objects.filter(
        SoutReport.objects.all().of_employer_q(acting, "report__"),
        report__state=State.ACCEPTED,
        state=FlagState.OPEN,
        rule__in=commission_codes(),
        workplace__isnull=False,
        workplace__liquidated_on=None,
    )


def flagged_about(
    employer_inn: str, *, numbers: Collection[str], places: Collection[tuple[str, str]]
) -> dict[SoutReport, list[int]]:
    """Accepted reports of the employer, by number, with the ids of their standing places that have an open flag which a
    commission clears, and bear one of `numbers` (normalized) or are one of `places` (normalized position and sub-unit)."""
    flagged = Workplace.objects.filter(
        pk__in=Flag.objects.filter(state=FlagState.OPEN, rule__in=commission_codes()).values("workplace"),
        report__employer_inn=employer_inn,
        report__state=State.ACCEPTED,
        liquidated_on=None,
    )
    touched: dict[int, list[int]] = {}
    columns = flagged.values_list("pk", "report_id", "current_number", "position", "subunit")
    for pk, report_id, number, position, subunit in columns:
        if normalize_number(number) in numbers or (normalize_text(position), normalize_text(subunit)) in places:
            touched.setdefault(report_id, []).append(pk)
    reports = SoutReport.objects.filter(pk__in=touched).order_by("number")
    return {report: touched[report.pk] for report in reports}


def for_list(acting: Any) -> QuerySet[Flag]:
    """The flags this person sees, with what a row of the list needs."""
    return with_neighbours(Flag.objects.visible_to(acting), acting)


def reports_to_clear(acting: Any, *, limit: int = 5) -> list[SoutReport]:
    """Where «все признаки отчёта» has something to do, the newest reports first. Asks only whether there is any such flag:
    a report may have a hundred thousand."""
    sees_flags = acting.holds(VIEW) or (acting.holds(VIEW_BRANCH) and acting.branch is not None)
    if not acting.holds(PREPARE) or not sees_flags:
        return []
    reports = reports_with_flags(acting).filter(employer=acting.organization, state=State.ACCEPTED, open_flags__gt=0)
    clearable = decidable(acting).filter(report=OuterRef("pk"))
    return list(reports.filter(Exists(clearable)).only("uid", "number", "approved_on").order_by("-number")[:limit])


def decidable_count(report: SoutReport, acting: Any) -> int:
    """How many flags of a report this person can put into a protocol; counted up to a thousand and one."""
    if not acting.holds(PREPARE):
        return 0
    seen = Flag.objects.visible_to(acting).filter(report=report)
    return decidable(acting).filter(report=report, pk__in=seen.values("pk")).values("pk")[: COUNTED_UP_TO + 1].count()


def reports_with_flags(acting: Any) -> QuerySet[SoutReport]:
    """Accepted reports whose expertise this person may read: the employer's by either of its rights, the SOUT
    organization's, the inspector's."""
    if acting is None:
        return SoutReport.objects.none()
    seen = Q(pk__in=[])
    if acting.holds(REPORTS) or acting.holds(VIEW) or (acting.holds(VIEW_BRANCH) and acting.branch is not None):
        seen |= SoutReport.objects.all().of_employer_q(acting)
    if acting.holds(IMPORT):
        seen |= Q(organization=acting.organization, state__in=[State.ACCEPTED, State.SUPERSEDED])
    if acting.holds(INSPECT):
        seen |= SoutReport.objects.all().supervised_q(acting)
    return SoutReport.objects.filter(seen)


def waiting(acting: Any) -> int:
    """How many open flags stand in the reports this person answers for; read from the reports' own counts."""
    if not (acting.holds(VIEW) or acting.holds(VIEW_BRANCH) or acting.holds(IMPORT)):
        return 0
    rows = reports_with_flags(acting).filter(state=State.ACCEPTED, open_flags__gt=0)
    return int(rows.aggregate(total=Sum("open_flags"))["total"] or 0)


@dataclass(slots=True)
class RuleGroup:
    """The findings of one rule in one report; `flags` are the first of `total`."""

    rule: Rule | None
    code: str
    severity: str
    total: int
    open: int
    flags: list[ShownFlag]

    @property
    def title(self) -> str:
        return self.rule.title if self.rule else self.code

    @property
    def how(self) -> str:
        return how_cleared(self.rule.cleared_by) if self.rule else ""


def grouped(report: SoutReport, acting: Any, *, each: int) -> list[RuleGroup]:
    """A report's flags by rule in the order of the catalogue, the first `each` of every rule, open ones before closed."""
    totals = Flag.objects.filter(report=report).values("rule", "severity").order_by("rule")
    counts = list(totals.annotate(total=Count("pk"), open=Count("pk", filter=Q(state=FlagState.OPEN))))
    # «open» sorts after «cleared» and «obsolete»: descending puts it first
    order = [F("state").desc(), F("object_ordinal").asc(), F("pk").asc()]
    first = Flag.objects.filter(report=report).annotate(
        place=Window(RowNumber(), partition_by=F("rule"), order_by=order)
    )
    chosen = Flag.objects.filter(pk__in=first.filter(place__lte=each).values("pk"))
    if acting is not None:
        items = shown(with_neighbours(chosen, acting), acting)
    else:
        items = _unowned(chosen.select_related("report", "workplace", "protocol").defer(*HEAVY))
    items.sort(key=lambda item: (not item.is_open, item.flag.object_ordinal, item.flag.pk))
    flags: dict[str, list[ShownFlag]] = {}
    for item in items:
        flags.setdefault(item.flag.rule, []).append(item)
    groups = [
        RuleGroup(
            rule_of(row["rule"]), row["rule"], row["severity"], row["total"], row["open"], flags.get(row["rule"], [])
        )
        for row in counts
    ]
    return sorted(groups, key=lambda group: book.position(group.code) if group.rule else (10_000, group.code))


def _unowned(flags: Iterable[Flag]) -> list[ShownFlag]:
    """For a printed document, which is the same for all readers."""
    return [ShownFlag(flag=flag, rule=rule_of(flag.rule), may_tick=False) for flag in flags]


def by_severity(groups: Iterable[RuleGroup]) -> dict[str, tuple[int, int]]:
    """Severity → (open, all)."""
    sums: dict[str, tuple[int, int]] = {}
    for group in groups:
        opened, total = sums.get(group.severity, (0, 0))
        sums[group.severity] = (opened + group.open, total + group.total)
    return sums


@dataclass(slots=True, frozen=True)
class Rival:
    """The workplace in force that bears the number of a place found not unique. `report`: its report, where this person may
    read that; else nothing is told of its workers and class but what the flag itself says."""

    number: str
    position: str
    subunit: str
    report_label: str
    approved_on: date | None
    report: SoutReport | None
    snils: tuple[str, ...] = ()
    final_class: str = ""


def rival(flag: Flag, acting: Any) -> Rival | None:
    """None where the number is free by now."""
    if flag.rule != NOT_UNIQUE or flag.workplace is None:
        return None
    key = normalize_number(flag.workplace.current_number)
    row = WorkplaceInForce.objects.filter(employer_inn=flag.report.employer_inn, number_key=key).first()
    if row is None or row.report_uid == flag.report.uid:
        return None
    report = None
    if row.report_uid is not None:
        report = reports_with_flags(acting).filter(uid=row.report_uid).only("uid", "number", "approved_on").first()
    told: dict[str, Any] = {"snils": tuple(row.snils), "final_class": row.final_class} if report is not None else {}
    return Rival(row.number, row.position, row.subunit, row.report_label, row.approved_on, report, **told)
