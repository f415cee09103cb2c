"""A draft made from flags, or from chosen workplaces, with numbers and a commission proposed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from core.journal import record
from core.locks import lock_name
from sout_reports.models import SoutReport, Workplace
from violations.flags.models import Flag
from violations.flags.selectors import decidable
from violations.protocols import selectors
from violations.protocols.models import CommissionMember, CommissionProtocol, ProtocolRow
from violations.protocols.numbering import Numbered, propose, read_numbered
from violations.protocols.selectors import Person
from violations.protocols.states import OPEN

BATCH = 1000


class NothingToDecide(Exception):
    """No workplace is left for a draft. The text is one Russian sentence."""


@dataclass(slots=True)
class Drafted:
    """What came of it. `elsewhere`: how many of the places already stand in other drafts; `others`: in which of those that this
    person may open."""

    protocol: CommissionProtocol
    added: int
    elsewhere: int = 0
    others: list[CommissionProtocol] = field(default_factory=list)


def draft_from_flags(flags: QuerySet[Flag], *, acting: Any) -> Drafted:
    """A draft over the workplaces of those of `flags` that a commission of the acting employer can clear now."""
    chosen = decidable(acting).filter(pk__in=Flag.objects.visible_to(acting).filter(pk__in=flags.values("pk")))
    places = selectors.decidable_places(acting).filter(pk__in=chosen.values("workplace"))
    return draft_for(places, acting=acting)


@transaction.atomic
def draft_for(places: QuerySet[Workplace], *, acting: Any) -> Drafted:
    """A draft over workplaces of the acting employer, any number of reports at once.

    A place stands in one open protocol at most: those that have one are left there, and told. When nothing is left, the
    protocol that holds them is given back with nothing added. Raises NothingToDecide where there are no places at all, or
    where they stand in a protocol that this person may not open.
    """
    lock_name("employer", acting.organization.inn)
    numbered = read_numbered(places)
    if not numbered:
        raise NothingToDecide(
            "Нет признаков, которые можно погасить протоколом комиссии: они погашены или утратили силу."
        )
    taken = standing_elsewhere([place.workplace_id for place in numbered], acting)
    fresh = [place for place in numbered if place.workplace_id not in taken]
    others = _seen(taken.values(), acting)
    if not fresh and not others:
        raise NothingToDecide(
            "Эти рабочие места уже стоят в неотправленном протоколе головной организации: решение по ним примет её комиссия."
        )
    if not fresh:
        return Drafted(others[-1], added=0, elsewhere=len(taken), others=others)
    reports = list(SoutReport.objects.filter(pk__in={place.report_id for place in fresh}).order_by("number"))
    protocol = open_draft(acting, commission=selectors.usual_commission(acting, reports))
    add_proposed(protocol, fresh)
    record(
        "protocol.created",
        protocol,
        actor=acting,
        number=protocol.number,
        workplaces=len(fresh),
        reports=[report.number for report in reports],
    )
    return Drafted(protocol, added=len(fresh), elsewhere=len(taken), others=others)


def _seen(protocols: Iterable[CommissionProtocol], acting: Any) -> list[CommissionProtocol]:
    """Those that this person may open, each once: a branch does not see the drafts of the head office."""
    seen = CommissionProtocol.objects.visible_to(acting).filter(pk__in={protocol.pk for protocol in protocols})
    return list(seen.defer("import_notes").order_by("pk"))


def standing_elsewhere(
    workplaces: Collection[int], acting: Any, *, but: CommissionProtocol | None = None
) -> dict[int, CommissionProtocol]:
    """Workplace id → the open protocol of this employer (other than `but`) that it stands in."""
    rows = ProtocolRow.objects.filter(
        workplace__in=workplaces, protocol__state__in=OPEN, protocol__employer=acting.organization
    )
    if but is not None:
        rows = rows.exclude(protocol=but)
    rows = rows.select_related("protocol").defer("protocol__import_notes")
    return {row.workplace_id: row.protocol for row in rows.order_by("pk")}


def open_draft(
    acting: Any, *, commission: Sequence[Person], number: str = "", imported: bool = False, **fields: Any
) -> CommissionProtocol:
    """The row of an empty draft with its commission; `fields` are other columns."""
    day = fields.pop("date", None) or selectors.today()
    protocol = CommissionProtocol.objects.create(
        employer=acting.organization,
        branch=acting.branch,
        number=number or selectors.next_number(acting, day.year),
        date=day,
        imported=imported,
        created_by=acting.user,
        changed_by=acting.user,
        **fields,
    )
    name_commission(protocol, commission)
    return protocol


def name_commission(protocol: CommissionProtocol, commission: Sequence[Person]) -> None:
    """Write the members of a protocol that has none."""
    CommissionMember.objects.bulk_create(
        CommissionMember(
            protocol=protocol,
            order=order,
            chairman=person.chairman,
            last_name=person.last_name,
            first_name=person.first_name,
            middle_name=person.middle_name,
            position=person.position,
        )
        for order, person in enumerate(commission, 1)
    )


def add_proposed(protocol: CommissionProtocol, places: Sequence[Numbered]) -> None:
    """Rows with proposed numbers. Call under the employer's lock, so that no two drafts are promised one number."""
    proposals = propose(places, employer_inn=protocol.employer.inn)
    ProtocolRow.objects.bulk_create(
        [
            ProtocolRow(
                protocol=protocol,
                workplace_id=place.workplace_id,
                old_number=place.number,
                new_number=proposals[place.workplace_id].number,
                reason=proposals[place.workplace_id].reason,
            )
            for place in places
        ],
        batch_size=BATCH,
    )
