"""«Создать машиночитаемую доверенность»: the bytes are made once, kept, and signed by the head here or elsewhere."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from core.journal import record
from core.moves import WrongState
from signatures.actions.powers import PURPOSE, PowerNotAdded, add_power, hold_number
from signatures.actions.requesting import WantedSignature, request_signatures, withdraw_request
from signatures.cms.document import Document
from signatures.mchd.power import Granted, Person
from signatures.mchd.reading import PowerRefused, read_power
from signatures.mchd.writing import Wanted, write_power
from signatures.models import PowerDraft, PowerOfAttorney
from signatures.selectors import STREEBOG_256
from signatures.states import HEAD_ROLE, TurnKind

UNWRITABLE = (
    "В одном из полей есть знаки, которых не может быть в документе. "
    "Наберите текст заново, не вставляя его из других программ."
)


@dataclass(frozen=True, slots=True)
class PowerWords:
    """What the form asks for; the rest is the acting organization's."""

    head: Person
    representative: Person
    kpp: str
    inner_number: str
    issued: date
    until: date
    powers: tuple[Granted, ...]
    birth_date: date | None = None


def make_draft(words: PowerWords, *, acting: Any) -> PowerDraft:
    """Write the XML and keep it. Raises PowerNotAdded where the values do not make a paper of the form."""
    number = str(uuid4())
    body = _written(words, number, acting.organization)
    uid = uuid4()
    document = Document(body)
    document.digest(STREEBOG_256)
    with transaction.atomic():
        asked = request_signatures(
            document,
            uid=uuid4(),  # the bytes are unique by the number of the paper
            name=f"МЧД № {words.inner_number}",
            purpose=PURPOSE,
            subject_uid=uid,
            wanted=[_head(words.head)],
            acting=acting,
        )
        draft = PowerDraft.objects.create(
            uid=uid,
            request=asked,
            organization=acting.organization,
            number=number,
            inner_number=words.inner_number,
            until=words.until,
            representative_snils=[words.representative.snils],
            representative_name=words.representative.full_name,
            head_snils=words.head.snils,
            created_by=acting.user,
        )
        record("mchd.drafted", draft, actor=acting, number=number, until=words.until)
    return draft


def _head(person: Person) -> WantedSignature:
    return WantedSignature(1, HEAD_ROLE, TurnKind.MEMBER, person.full_name, snils=person.snils)


def _written(words: PowerWords, number: str, organization: Any) -> bytes:
    """The bytes, read back once: what does not fit the form is not shown to anybody for signing."""
    try:
        body = write_power(
            Wanted(
                number=number,
                inner_number=words.inner_number,
                issued=words.issued,
                until=words.until,
                organization_name=organization.full_name,
                organization_inn=organization.inn,
                organization_ogrn=organization.ogrn,
                organization_kpp=words.kpp,
                head=words.head,
                representative=words.representative,
                powers=words.powers,
                birth_date=words.birth_date,
            )
        )
        read_power(body)
    except PowerRefused as refused:
        raise PowerNotAdded(refused.verdict, [refused.verdict.explanation, *refused.problems]) from refused
    except ValueError as error:
        raise PowerNotAdded("unwritable", [UNWRITABLE]) from error
    return body


def sign_draft(draft: PowerDraft, signature: bytes, *, acting: Any) -> PowerOfAttorney:
    """The head's signature of exactly these bytes, whoever brought it: the paper comes into the cabinet.

    Raises PowerNotAdded, WrongState for a draft that was signed or discarded meanwhile.
    """
    with transaction.atomic():
        hold_number(draft.organization_id, draft.number)
        fresh = _waiting(draft, "sign")
        power = add_power(fresh.body, signature, acting=acting, asked=fresh.request)
        fresh.power = power
        fresh.save(update_fields=["power"])
    return power


def discard_draft(draft: PowerDraft, *, acting: Any) -> None:
    """Throw a draft away. Raises WrongState for one that was signed or discarded meanwhile."""
    with transaction.atomic():
        hold_number(draft.organization_id, draft.number)
        fresh = _waiting(draft, "discard")
        _discard(fresh, acting)
        withdraw_request(fresh.request, acting=acting, why="черновик удалён")


def discard_expired(request_id: int) -> None:
    """The head has not signed in time: the draft goes. A repetition changes nothing."""
    found = PowerDraft.objects.waiting().filter(request=request_id).first()
    if found is None:
        return
    with transaction.atomic():
        hold_number(found.organization_id, found.number)
        with suppress(WrongState):
            _discard(_waiting(found, "discard"), None)


def _discard(draft: PowerDraft, acting: Any) -> None:
    draft.discarded_at = timezone.now()
    draft.save(update_fields=["discarded_at"])
    record("mchd.discarded", draft, actor=acting, organization=draft.organization, number=draft.number)


def _waiting(draft: PowerDraft, verb: str) -> PowerDraft:
    fresh = PowerDraft.objects.select_for_update(of=("self",), no_key=True).get(pk=draft.pk)
    if not fresh.is_waiting:
        raise WrongState(fresh, verb)
    return fresh
