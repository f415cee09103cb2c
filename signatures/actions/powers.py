"""Powers of attorney come into the cabinet, and are taken out of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.rights import Right
from core.journal import record
from core.locks import lock_name
from core.moves import WrongState
from signatures.actions.keeping import keep_signature
from signatures.actions.requesting import withdraw_request
from signatures.actions.signing import sign_request
from signatures.cms.document import Document
from signatures.cms.encoding import signature_der
from signatures.mchd.checking import PowerReport, check_paper, check_use, moscow_date
from signatures.mchd.power import Power
from signatures.models import PowerDraft, PowerOfAttorney, Signature, SigningRequest
from signatures.powers import WHO_RETURNS
from signatures.refusals import SignatureRefused
from signatures.selectors import CheckedSignature, trust_store
from signatures.states import RequestState

PURPOSE = "mchd"
NOT_YOURS = (
    "Доверенность выдана не вам. Доверенности других людей загружает тот, у кого есть право «Управление доступом»."
)
NO_SNILS = (
    "В доверенности не указан СНИЛС представителя: по нему кабинет узнаёт, кто подписывает. "
    "Нужна доверенность, в которой он есть."
)
NUMBER_TAKEN = (
    "В кабинете уже есть другая доверенность с этим номером. "
    "Проверьте, тот ли файл выбран: у новой доверенности свой единый номер."
)
ALREADY_THERE = "Эта доверенность уже есть в кабинете, загружать её снова не нужно. Она в разделе «Доверенности (МЧД)»."


class PowerNotAdded(Exception):
    """The paper is not taken; ``code`` is that of a PowerReport or says what only the cabinet knows. ``problems``: Russian
    sentences, all that is wrong."""

    def __init__(self, code: str, problems: Iterable[str]) -> None:
        super().__init__(code)
        self.code = code
        self.problems = list(problems)

    @classmethod
    def by_report(cls, report: PowerReport) -> PowerNotAdded:
        return cls(report.code, report.sentences)


def add_power(
    xml: bytes,
    signature: bytes,
    *,
    acting: Any,
    moment: datetime | None = None,
    asked: SigningRequest | None = None,
) -> PowerOfAttorney:
    """Check a МЧД with its detached signature and keep both. Raises PowerNotAdded; then nothing is stored.

    ``asked``: the request of a paper that was made here by somebody who may issue it to anybody, so whoever signs it may bring
    it in.  The same file again, after it was taken out of the cabinet, puts it back: brought by who may take it out.
    """
    moment = moment or timezone.now()
    document = Document(xml)
    organization = acting.organization
    report = check_paper(
        document,
        signature,
        organization_inn=organization.inn,
        organization_ogrn=organization.ogrn,
        trust=trust_store(moment),
        moment=moment,
    )
    if not report.ok or report.power is None or report.head is None:
        raise PowerNotAdded.by_report(report)
    _refuse_useless(report.power, acting, moment, to_anybody=asked is not None or acting.holds(Right.ACCESS))
    checked = CheckedSignature(der=signature_der(signature), report=report.head)
    with transaction.atomic():
        hold_number(organization.pk, report.power.number)
        former = PowerOfAttorney.objects.filter(organization=organization, number=report.power.number).first()
        if former is not None:
            return _again(former, document, acting)
        kept = _signed(asked, signature, document, acting, moment) or _kept(
            report.power, checked, document, acting, moment
        )
        return _add(report.power, kept, acting, moment)


def hold_number(organization_id: int, number: str) -> None:
    """Papers of one number, and the draft that waits for its signature, change one at a time. Taken before any row is locked,
    by everybody who changes either: who has the row and waits for the number would wait for ever."""
    lock_name("mchd", f"{organization_id}:{number}")


def _refuse_useless(power: Power, acting: Any, moment: datetime, *, to_anybody: bool) -> None:
    """Good in itself, but nobody could sign by it here."""
    known = [person for person in power.representatives if person.snils]
    if not known:
        raise PowerNotAdded("representative_snils_missing", [NO_SNILS])
    if not to_anybody:
        known = [person for person in known if person.snils == acting.user.snils]
        if not known:
            raise PowerNotAdded("other_representative", [NOT_YOURS])
    person = known[0]
    day = moscow_date(moment)
    use = check_use(
        power,
        representative_snils=person.snils,
        representative_inn=person.inn or None,
        codes=frozenset(settings.SIGNATURE_MCHD_POWERS),
        day=max(day, min(power.issued, power.until)),  # one that begins tomorrow may be brought today
    )
    if not use.ok:
        raise PowerNotAdded.by_report(use)


def _again(former: PowerOfAttorney, document: Document, acting: Any) -> PowerOfAttorney:
    former = PowerOfAttorney.objects.select_for_update(of=("self",), no_key=True).get(pk=former.pk)
    if former.document.sha256 != hashlib.sha256(document.data).hexdigest():
        raise PowerNotAdded("number_taken", [NUMBER_TAKEN])
    if former.withdrawn_at is None:
        raise PowerNotAdded("already_there", [ALREADY_THERE])
    # who may take it out may take it back, nobody else
    theirs = PowerOfAttorney.objects.visible_to(acting).filter(pk=former.pk)
    if not acting.holds(Right.ACCESS) or not theirs.exists():
        raise PowerNotAdded("withdrawn", [f"Эта доверенность убрана из кабинета. {WHO_RETURNS}"])
    former.withdrawn_at, former.withdrawn_by, former.withdrawn_reason = None, None, ""
    former.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record("mchd.returned", former, actor=acting, number=former.number)
    return former


def _signed(
    asked: SigningRequest | None, signature: bytes, document: Document, acting: Any, moment: datetime
) -> Signature | None:
    """The head's signature by the request that waits for it."""
    if asked is None:
        return None
    try:
        signed = sign_request(asked, signature, document, acting=acting, may_represent=False, moment=moment)
    except SignatureRefused as refused:
        raise PowerNotAdded(str(refused.code), [refused.explanation, refused.advice]) from refused
    return signed.turns[0].signature


def _kept(power: Power, checked: CheckedSignature, document: Document, acting: Any, moment: datetime) -> Signature:
    try:
        return keep_signature(
            checked,
            document=document,
            name=f"МЧД {power.inner_number or power.number}",
            # a paper of several principals may come to several cabinets
            purpose=PURPOSE if len(power.principals) == 1 else f"{PURPOSE}:{acting.organization.inn}",
            acting=acting,
            moment=moment,
        )
    except SignatureRefused as refused:
        raise PowerNotAdded(str(refused.code), [refused.explanation]) from refused


def _add(power: Power, kept: Signature, acting: Any, moment: datetime) -> PowerOfAttorney:
    people = [person for person in power.representatives if person.snils]
    row = PowerOfAttorney.objects.create(
        organization=acting.organization,
        number=power.number,
        inner_number=power.inner_number[:255],
        issued=power.issued,
        until=power.until,
        representatives=[
            {"name": each.full_name, "snils": each.snils, "inn": each.inn, "position": each.position}
            for each in power.representatives
        ],
        representative_snils=[person.snils for person in people],
        powers=[{"code": each.code, "text": each.text, "restricted": each.is_restricted} for each in power.powers],
        document=kept.document,
        signature=kept,
        uploaded_by=acting.user,
        uploaded_at=moment,
    )
    record("mchd.added", row, actor=acting, number=row.number, until=row.until)
    _close_draft(row, kept, acting)
    return row


def _close_draft(row: PowerOfAttorney, kept: Signature, acting: Any) -> None:
    """Made here, signed elsewhere, and brought in as any other file."""
    waiting = PowerDraft.objects.waiting().filter(organization=acting.organization, number=row.number)
    waiting = waiting.filter(request__document=kept.document, request__state=RequestState.OPEN)
    for draft in waiting.select_for_update(of=("self",), no_key=True).select_related("request"):
        draft.power = row
        draft.save(update_fields=["power"])
        try:
            withdraw_request(draft.request, acting=acting, why="подписана в другом месте")
        except WrongState:
            continue  # its term ended at this very moment


def withdraw_power(power: PowerOfAttorney, *, reason: str, acting: Any) -> PowerOfAttorney:
    """«Убрать из кабинета»: nobody signs by it here any more. The paper itself stays in force elsewhere. Twice is once."""
    with transaction.atomic():
        fresh = PowerOfAttorney.objects.select_for_update(of=("self",), no_key=True).get(pk=power.pk)
        if fresh.withdrawn_at is None:
            fresh.withdrawn_at, fresh.withdrawn_by = timezone.now(), acting.user
            fresh.withdrawn_reason = reason[:300]
            fresh.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
            record("mchd.withdrawn", fresh, actor=acting, number=fresh.number)
    return fresh
