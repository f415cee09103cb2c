"""Questions about protocols that change nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from registries.workplace_keys import number_sort_key
from signatures.matching import current_stage, is_named
from signatures.models import SignerTurn
from signatures.states import TurnKind
from sout_reports.models import SoutReport, Workplace
from sout_reports.states import State
from violations.protocols import conflicts
from violations.protocols.conflicts import Conflicts
from violations.protocols.models import CommissionMember, CommissionProtocol, KeptMember, ProtocolRow
from violations.protocols.rows import rows_of
from violations.protocols.states import ProtocolState

READERS = ("protocols.view", "protocols.prepare", "protocols.sign")
MAKERS = ("protocols.prepare", "protocols.sign")
FOUND_PLACES = 20
_LEADING_NUMBER = re.compile(r"[0-9]{1,9}")
_LONGEST = {"last_name": 100, "first_name": 100, "middle_name": 100, "position": 200}


def today() -> date:
    """The Moscow day."""
    return timezone.localdate()


@dataclass(slots=True, frozen=True)
class Person:
    """A member of a commission, as a draft is prefilled with or as somebody typed it."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    position: str = ""
    chairman: bool = False

    @classmethod
    def of(cls, member: CommissionMember) -> Person:
        return cls(member.last_name, member.first_name, member.middle_name, member.position, member.chairman)


def may_open_protocol(employer_id: int, branch_id: int | None, acting: Any) -> bool:
    """Whether the page of a protocol of this employer, made by this branch, opens: `visible_to` and the door, without a query."""
    mine = employer_id == acting.organization.pk and (acting.branch is None or branch_id == acting.branch.pk)
    return mine and any(acting.holds(code) for code in READERS)


def decidable_places(acting: Any) -> QuerySet[Workplace]:
    """Workplaces that the acting employer's commission may decide on: of its accepted reports, not liquidated."""
    reports = SoutReport.objects.filter(SoutReport.objects.all().of_employer_q(acting), state=State.ACCEPTED)
    return Workplace.objects.filter(report__in=reports, liquidated_on=None).defer("fragment", "details")


def search_places(protocol: CommissionProtocol, text: str, acting: Any) -> list[Workplace]:
    """Workplaces by number or by words of the position; those already in the protocol are left out."""
    places = decidable_places(acting).select_related("report").defer("fragment", "details", "report__header")
    places = places.exclude(pk__in=ProtocolRow.objects.filter(protocol=protocol).values("workplace"))
    words = text.split()[:5]
    if not words:
        return []
    by_words = Q()
    for word in words:
        by_words &= Q(position__icontains=word) | Q(subunit__icontains=word)
    by_number = Q(number_order=number_sort_key(text))
    return list(places.filter(by_number | by_words).order_by("-report__number", "number_order", "pk")[:FOUND_PLACES])


def kept_members(acting: Any, *, but: Sequence[Person] = ()) -> list[KeptMember]:
    """Members kept for reuse that are not among `but`, by name."""
    there = {(each.last_name, each.first_name, each.middle_name) for each in but}
    rows = KeptMember.objects.visible_to(acting).order_by("last_name", "first_name", "pk")
    return [row for row in rows if (row.last_name, row.first_name, row.middle_name) not in there]


def kept_person(acting: Any, pk: int) -> Person | None:
    """One of the kept members, as a draft names him; None for anybody else's."""
    row = KeptMember.objects.visible_to(acting).filter(pk=pk).first()
    return Person(row.last_name, row.first_name, row.middle_name, row.position) if row is not None else None


def members_of(protocol: CommissionProtocol) -> list[CommissionMember]:
    return list(CommissionMember.objects.filter(protocol=protocol))


def conflicts_of(protocol: CommissionProtocol) -> Conflicts:
    """Conflicts of a protocol as it is saved, against the registers as they are now."""
    return conflicts.find_all(
        protocol,
        rows_of(protocol),
        members_of(protocol),
        number=protocol.number,
        day=protocol.date,
        today=today(),
    )


def next_number(acting: Any, year: int) -> str:
    """One more than the largest number among the year's protocols of this employer (of the branch, for a branch)."""
    rows = CommissionProtocol.objects.filter(employer=acting.organization, branch=acting.branch, date__year=year)
    taken = rows.exclude(state=ProtocolState.WITHDRAWN).values_list("number", flat=True)
    heads = [_LEADING_NUMBER.match(number) for number in taken]
    return str(max((int(head[0]) for head in heads if head), default=0) + 1)


def usual_commission(acting: Any, reports: Sequence[SoutReport]) -> list[Person]:
    """The commission of the employer's last sent protocol, else of its last draft, else the one that the report names."""
    last = CommissionProtocol.objects.filter(employer=acting.organization, branch=acting.branch, members__isnull=False)
    latest = (F("applied_at").desc(nulls_last=True), "-pk")
    previous = last.exclude(state=ProtocolState.WITHDRAWN).order_by(*latest).first()
    if previous is not None:
        return [Person.of(member) for member in members_of(previous)]
    for report in reports:
        named = report.header.get("committee_names") or []
        if named:
            return [_person_of_header(entry, chairman=index == 0) for index, entry in enumerate(named)]
    return []


def _person_of_header(entry: dict[str, str], *, chairman: bool) -> Person:
    parts = {
        "last_name": entry.get("last", ""),
        "first_name": entry.get("first", ""),
        "middle_name": entry.get("middle", ""),
        "position": entry.get("position", ""),
    }
    return Person(**{name: text[: _LONGEST[name]] for name, text in parts.items()}, chairman=chairman)


def address_of_employer(protocol: CommissionProtocol) -> str:
    """The employer's address: ЕСИА's, else what the latest of the protocol's reports has on its title page; "" for neither."""
    if protocol.employer.address:
        return protocol.employer.address
    rows = ProtocolRow.objects.filter(protocol=protocol)
    reports = SoutReport.objects.filter(pk__in=rows.values("workplace__report")).order_by("-approved_on", "-pk")
    stated = reports.values_list("header__employer__address", flat=True)
    return next((" ".join(address.split()) for address in stated if address), "")


def turns_of(protocol: CommissionProtocol) -> list[SignerTurn]:
    """Who must sign the document, in their order; nobody for a draft. One query."""
    if protocol.request is None:
        return []
    return list(SignerTurn.objects.filter(request=protocol.request).select_related("signature", "decided_by"))


def opinion_turns(turns: Sequence[SignerTurn], acting: Any) -> list[SignerTurn]:
    """The members for whom a dissenting opinion may still be prepared by who acts: for himself, or for anybody by who makes or
    signs protocols."""
    members = [turn for turn in turns if turn.kind == TurnKind.MEMBER and turn.is_waiting]
    return [turn for turn in members if may_speak_for(turn, acting)]


def may_speak_for(turn: SignerTurn, acting: Any) -> bool:
    """Whether who acts may prepare and withdraw this member's opinion. Whose it is, the signature says."""
    return any(acting.holds(right) for right in MAKERS) or is_named(turn, acting.user)


def waits_for_commission(protocol: CommissionProtocol) -> bool:
    """Whether members or the chairman have to sign before the organization."""
    waiting = current_stage(turns_of(protocol)) if protocol.commission_signs else []
    return bool(waiting) and waiting[0].kind == TurnKind.MEMBER


def reports_of(protocol: CommissionProtocol) -> list[SoutReport]:
    """The reports whose places the protocol decides on."""
    rows = ProtocolRow.objects.filter(protocol=protocol)
    return list(SoutReport.objects.filter(pk__in=rows.values("workplace__report")).defer("header").order_by("number"))
