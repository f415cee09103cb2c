"""Powers of attorney as something that is signed: who reads them, where they are signed, and what happens when nobody did."""

from __future__ import annotations

from django.urls import reverse

from accounts.rights import Right
from core.journal.models import Event
from core.journal.subscriptions import reaction
from signatures.actions.power_drafts import discard_expired
from signatures.actions.powers import PURPOSE
from signatures.models import PowerOfAttorney, Signature, SigningRequest
from signatures.purposes import register_purpose


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
)


@reaction("signing.expired")
def discard_unsigned(event: Event) -> None:
    """The head has not signed in time."""
    if event.payload.get("purpose") == PURPOSE:
        discard_expired(int(event.subject_id))
