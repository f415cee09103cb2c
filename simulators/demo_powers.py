"""The demo's powers of attorney (МЧД) of the plant, one in each state that the list can show on its first day.

Made, signed by the head, revoked and taken out by the cabinet's own actions. A paper that is there is not made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.acting import Acting
from signatures.actions import PowerWords, make_draft, remind_due, sign_draft, withdraw_power
from signatures.actions.power_watch import take_answer
from signatures.mchd.checking import moscow_date
from signatures.mchd.power import Granted, Person
from signatures.mchd.registry import Answer, RegistryStatus
from signatures.models import PowerDraft, PowerOfAttorney
from signatures.powers import signing_codes
from simulators.demo_ca import Signer, sign
from simulators.people import ZMZ, ZMZ_BRANCH_SAFETY, ZMZ_HEAD, ZMZ_SAFETY, ZMZ_SIGNER, demo_cast

REGISTRY = "учебный реестр доверенностей"
REPLACED = "оформлена новая на год вперёд"
GOOD, ENDING, REVOKED, WITHDRAWN, WAITING = "ОТ-4", "ОТ-1", "ОТ-2", "ОТ-3", "ОТ-5"


@dataclass(frozen=True, slots=True)
class Paper:
    """`number` by the plant's own books; `began` and `ends`: days before and after today."""

    number: str
    person: int
    began: int
    ends: int


SIGNED = (
    Paper(ENDING, ZMZ_BRANCH_SAFETY, began=345, ends=20),
    Paper(REVOKED, ZMZ_SAFETY, began=60, ends=305),
    Paper(WITHDRAWN, ZMZ_SIGNER, began=330, ends=35),
    Paper(GOOD, ZMZ_SIGNER, began=0, ends=365),
)
UNSIGNED = Paper(WAITING, ZMZ_BRANCH_SAFETY, began=0, ends=385)


def tell_powers(head: Acting, signer: Signer) -> list[PowerOfAttorney]:
    """The papers that the head has signed with the key of `signer`; one more waits for him."""
    powers = {each.number: power for each in SIGNED if (power := _signed(each, head, signer)) is not None}
    if revoked := powers.get(REVOKED):
        now = timezone.now()
        take_answer(revoked, Answer(RegistryStatus.REVOKED, now, REGISTRY), now=now)
    if withdrawn := powers.get(WITHDRAWN):
        withdraw_power(withdrawn, reason=REPLACED, acting=head)
    _draft(UNSIGNED, head)
    remind_due()
    return list(powers.values())


def _signed(paper: Paper, head: Acting, signer: Signer) -> PowerOfAttorney | None:
    """None where somebody has thrown its draft away meanwhile."""
    draft = _draft(paper, head)
    if draft.power is None and draft.discarded_at is None:
        return sign_draft(draft, sign(draft.body, signer), acting=head)
    return draft.power


def _draft(paper: Paper, head: Acting) -> PowerDraft:
    """As it was made, whatever has become of it since."""
    made = PowerDraft.objects.filter(organization=head.organization, inner_number=paper.number)
    known = made.select_related("power", "request__document").order_by("created_at").first()
    if known is not None:
        return known
    today = moscow_date(timezone.now())
    words = PowerWords(
        head=_person(ZMZ_HEAD),
        representative=_person(paper.person),
        kpp=head.organization.kpp,
        inner_number=paper.number,
        issued=today - timedelta(days=paper.began),
        until=today + timedelta(days=paper.ends),
        powers=tuple(Granted(code, text) for code, text, _known in signing_codes()),
    )
    return make_draft(words, acting=head)


def _person(oid: int) -> Person:
    cast = demo_cast()
    person = cast.people[oid]
    position = next(each.position for each in cast.staff_of(ZMZ) if each.person == oid)
    return Person(person.snils, person.inn, person.last_name, person.first_name, person.middle_name, position)
