"""Powers of attorney as something that is signed, and as what a signature was given under: who reads them, where they are
signed, what happens when nobody did; how the archive judges them, and how they go along with the evidence.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts.rights import Right
from core.journal.models import Event
from core.journal.subscriptions import reaction
from signatures.actions.power_drafts import discard_expired
from signatures.actions.powers import PURPOSE
from signatures.archive.judging import judge, register_check
from signatures.archive.reasons import Finding, Reason
from signatures.models import PowerOfAttorney, Signature, SigningRequest
from signatures.purposes import register_purpose
from signatures.receipts.evidence import Entry, register_evidence


def _page(signature: Signature) -> str:
    power = PowerOfAttorney.objects.filter(signature=signature).values_list("pk", flat=True).first()
    return reverse("signatures:power", args=[power]) if power is not None else ""


def _request_page(request: SigningRequest) -> str:
    return reverse("signatures:power_draft", args=[request.subject_uid])


register_purpose(
    PURPOSE,
    label="Машиночитаемая доверенность (МЧД)",
    read_rights=(Right.ACCESS,),
    page=_page,
    request_page=_request_page,
    when_revoked="Подписывать по этой доверенности больше нельзя: оформите новую.",
)


def _judged(signature: Signature) -> Iterator[Finding]:
    """The head's signature of the paper holds, as of its own receipt; a revocation since is no harm."""
    if signature.power is None:
        return
    judgement = judge(signature.power.signature)
    if not judgement.holds:
        yield Finding(Reason.POWER_DAMAGED, ", ".join(judgement.codes))


def _with_the_evidence(signature: Signature) -> Iterator[Entry]:
    if signature.power is not None:
        yield "power-of-attorney.xml", [signature.power.xml]
        yield "power-of-attorney.xml.sig", [bytes(signature.power.signature.der)]


register_check(_judged)
register_evidence(_with_the_evidence)


@reaction("signing.expired")
def discard_unsigned(event: Event) -> None:
    """The head has not signed in time."""
    if event.payload.get("purpose") == PURPOSE:
        discard_expired(int(event.subject_id))
