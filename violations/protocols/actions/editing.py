"""Saving a draft: what one person typed on one page, against what others saved meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from core.journal import record
from core.locks import lock_name
from core.moves import WrongState, lock
from core.versions import Stale
from sout_reports.models import Workplace
from violations.protocols import selectors
from violations.protocols.actions.drafting import add_proposed, name_commission, standing_elsewhere
from violations.protocols.models import CommissionMember, CommissionProtocol, ProtocolRow
from violations.protocols.numbering import read_numbered
from violations.protocols.selectors import Person
from violations.protocols.states import ProtocolState


@dataclass(slots=True, frozen=True)
class TypedRow:
    """What was typed for one row."""

    new_number: str
    liquidated: bool


@dataclass(slots=True)
class TypedDraft:
    """What one page of the form holds: head and commission wholly, of the rows those that were shown, by pk."""

    number: str
    date: date
    members: Sequence[Person]
    commission_signs: bool = False
    rows: Mapping[int, TypedRow] = field(default_factory=dict)


@transaction.atomic
def save_draft(
    protocol: CommissionProtocol,
    typed: TypedDraft,
    *,
    version: int,
    acting: Any,
    without: Collection[int] = (),
    adding: Collection[int] = (),
) -> CommissionProtocol:
    """Save what was typed; `without` are rows (pk) to leave out, `adding` are workplaces (id) to take in.

    Raises Stale when `version` is not the saved one, WrongState when it is no draft any more. Nothing is changed then.
    A save that changes nothing raises no version, so that two idle tabs do not disturb each other.
    """
    lock_name("employer", protocol.employer.inn)
    fresh = lock(protocol)
    if fresh.state != ProtocolState.DRAFT:
        raise WrongState(fresh, "save")
    if fresh.version != version:
        raise Stale(fresh)
    changes = _save_head(fresh, typed)
    changes += _save_members(fresh, typed.members)
    changes += _save_rows(fresh, typed.rows)
    changes += _start_from_present_numbers(fresh)
    changes += ProtocolRow.objects.filter(protocol=fresh, pk__in=without).delete()[0]
    changes += _add(fresh, adding, acting)
    if not changes:
        return fresh
    fresh.version += 1
    fresh.changed_by = acting.user
    fresh.changed_at = timezone.now()
    fresh.save(update_fields=["version", "changed_by", "changed_at"])
    record("protocol.saved", fresh, actor=acting, version=fresh.version, changes=changes)
    return fresh


def _save_head(protocol: CommissionProtocol, typed: TypedDraft) -> int:
    before = (protocol.number, protocol.date, protocol.commission_signs)
    protocol.number, protocol.date, protocol.commission_signs = said = typed.number, typed.date, typed.commission_signs
    if before == said:
        return 0
    protocol.save(update_fields=["number", "date", "commission_signs"])
    return 1


def _save_members(protocol: CommissionProtocol, members: Sequence[Person]) -> int:
    if [Person.of(member) for member in selectors.members_of(protocol)] == list(members):
        return 0
    CommissionMember.objects.filter(protocol=protocol).delete()
    name_commission(protocol, members)
    return 1


def _save_rows(protocol: CommissionProtocol, typed: Mapping[int, TypedRow]) -> int:
    changed = []
    for row in ProtocolRow.objects.filter(protocol=protocol, pk__in=typed):
        said = typed[row.pk]
        if (row.new_number, row.liquidated) == (said.new_number, said.liquidated):
            continue
        if row.new_number != said.new_number:
            row.reason = "номер указан вручную" if said.new_number else ""
        row.new_number, row.liquidated = said.new_number, said.liquidated
        changed.append(row)
    ProtocolRow.objects.bulk_update(changed, ["new_number", "liquidated", "reason"], batch_size=500)
    return len(changed)


def _start_from_present_numbers(protocol: CommissionProtocol) -> int:
    """Numbers that another protocol changed meanwhile: the user was told, and saving means going on from them."""
    present = Workplace.objects.filter(pk=OuterRef("workplace")).values("current_number")
    stale = ProtocolRow.objects.filter(protocol=protocol).exclude(old_number=F("workplace__current_number"))
    return stale.update(old_number=Subquery(present))


def _add(protocol: CommissionProtocol, adding: Collection[int], acting: Any) -> int:
    """Further workplaces of the employer; those that stand in an open protocol stay where they are."""
    if not adding:
        return 0
    places = read_numbered(selectors.decidable_places(acting).filter(pk__in=adding))
    taken = standing_elsewhere([place.workplace_id for place in places], acting)
    fresh = [place for place in places if place.workplace_id not in taken]
    add_proposed(protocol, fresh)
    return len(fresh)
