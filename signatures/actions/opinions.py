"""A member of a commission disagrees: his opinion becomes a document that waits for his signature."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from core.moves import lock
from signatures.actions.requesting import WantedSignature, request_signatures
from signatures.cms.document import Document
from signatures.models import SignerTurn, SigningRequest
from signatures.opinions import OpinionRefused, canonical, opinion_document, refuse_unfit, text_of
from signatures.states import RequestState, TurnKind

SHORTEST_TERM = timedelta(minutes=1)  # of an opinion, which ends with the document
CLOSED = "Документ больше не ждёт подписей: особое мнение к нему не приложить."
OVER = "Этот член комиссии уже подписал документ или отказался от подписи: особое мнение готовят до подписи."
SIGNED = "Особое мнение этого члена комиссии уже подписано, второе не нужно."
WAITS = (
    "Особое мнение этого члена комиссии уже подготовлено и ждёт подписи. Чтобы изменить текст, сначала отзовите его."
)


@transaction.atomic
def write_opinion(turn: SignerTurn, text: str, *, purpose: str, acting: Any) -> SigningRequest:
    """Freeze the dissenting opinion of the member whose turn it is, and ask him alone to sign it, no longer than the document
    itself waits. The same text a second time (a doubled click) is the same request.

    `purpose`: of the opinion, a code of signatures.purposes. Whether who acts may speak for the member is the caller's to
    know. Raises signatures.opinions.OpinionRefused.
    """
    text = canonical(text)
    refuse_unfit(text)
    asked = lock(turn.request)  # his signature of the document waits here, too
    if not asked.is_open(timezone.now() + SHORTEST_TERM):
        raise OpinionRefused(CLOSED)
    turns = SignerTurn.objects.select_related("request__document", "request__organization")
    fresh = turns.get(pk=turn.pk, kind=TurnKind.MEMBER)
    if not fresh.is_waiting:
        raise OpinionRefused(OVER)
    standing = SigningRequest.objects.living().filter(opinion_of=fresh).select_related("document").first()
    if standing is None:
        return _ask(fresh, text, purpose, acting)
    if standing.state != RequestState.OPEN:
        raise OpinionRefused(SIGNED)
    if text_of(bytes(standing.document.body or b"")) != text:
        raise OpinionRefused(WAITS)
    return standing


def _ask(turn: SignerTurn, text: str, purpose: str, acting: Any) -> SigningRequest:
    uid = uuid4()
    body = opinion_document(turn, text, request=uid, day=timezone.localdate())
    return request_signatures(
        Document(body),
        uid=uid,
        name=f"Особое мнение, {turn.person}. {turn.request.document.name}",
        purpose=purpose,
        subject_uid=uid,
        wanted=[WantedSignature(1, turn.role, TurnKind.MEMBER, turn.person, snils=turn.snils)],
        acting=acting,
        branch=turn.request.branch,
        until=turn.request.expires_at,
        opinion_of=turn,
    )
