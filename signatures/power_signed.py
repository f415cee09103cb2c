"""Powers of attorney as something that is signed, and as what a signature was given under: who reads them, where they are
signed, what happens when nobody did; how the archive judges them, and how they go along with the evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.rights import Right
from core.journal.models import Event
from core.journal.subscriptions import reaction
from core.notifications.models import Topic
from core.templatetags.formats import ru_date
from signatures.actions.power_drafts import discard_expired
from signatures.actions.powers import PURPOSE
from signatures.archive.judging import judge, register_check
from signatures.archive.reasons import Finding, Reason
from signatures.models import PowerDraft, PowerOfAttorney, Signature, SigningRequest
from signatures.purposes import purpose, register_purpose
from signatures.receipts.evidence import Entry, register_evidence

NOT_HERE = """Документ подписан по машиночитаемой доверенности (МЧД).
Единый номер: {number}
Срок: с {issued} по {until} включительно

Файла доверенности в этом архиве нет: в нём есть СНИЛС и дата рождения представителя. Файл и подпись под ним может передать
тот, у кого в кабинете есть право «Управление доступом» или право подписывать такие документы, и сам представитель.
"""


def _page(signature: Signature) -> str:
    power = PowerOfAttorney.objects.filter(signature=signature).values_list("pk", flat=True).first()
    return reverse("signatures:power", args=[power]) if power is not None else ""


def _rows(acting: Any) -> Q:
    return Q(pk__in=PowerOfAttorney.objects.visible_to(acting).values("signature"))


def _request_page(request: SigningRequest, acting: Any) -> str:
    return reverse("signatures:power_draft", args=[request.subject_uid])


def _request_rows(acting: Any) -> Q:
    """Whose page opens to him: the head who is to sign, the person it is issued to."""
    return Q(pk__in=PowerDraft.objects.visible_to(acting).values("request"))


register_purpose(
    PURPOSE,
    label="Машиночитаемая доверенность (МЧД)",
    many="машиночитаемые доверенности",
    read_rights=(Right.ACCESS,),
    page=_page,
    request_page=_request_page,
    rows=_rows,
    request_rows=_request_rows,
    when_revoked="Подписывать по этой доверенности больше нельзя: оформите новую.",
    topic=Topic.ACCESS,
)


def _judged(signature: Signature) -> Iterator[Finding]:
    """The head's signature of the paper holds, as of its own receipt; a revocation since is no harm."""
    if signature.power is None:
        return
    judgement = judge(signature.power.signature)
    if not judgement.holds:
        yield Finding(Reason.POWER_DAMAGED, ", ".join(judgement.codes))


def _with_the_evidence(signature: Signature, acting: Any) -> Iterator[Entry]:
    """The paper has the person's СНИЛС and day of birth: for who sees it here, and for who may sign such documents himself.
    Others learn what it was and who can give it."""
    power = signature.power
    if power is None:
        return
    if not _may_take(power, signature, acting):
        text = NOT_HERE.format(number=power.number, issued=ru_date(power.issued), until=ru_date(power.until))
        yield "power-of-attorney.txt", [f"\ufeff{text}".replace("\n", "\r\n").encode()]
        return
    yield "power-of-attorney.xml", [power.xml]
    yield "power-of-attorney.xml.sig", [bytes(power.signature.der)]


def _may_take(power: PowerOfAttorney, signature: Signature, acting: Any) -> bool:
    asked = purpose(signature.purpose)
    if asked is not None and any(acting.holds(right) for right in asked.sign_rights):
        return True
    return PowerOfAttorney.objects.visible_to(acting).filter(pk=power.pk).exists()


register_check(_judged)
register_evidence(_with_the_evidence)


@reaction("signing.expired")
def discard_unsigned(event: Event) -> None:
    """The head has not signed in time."""
    if event.payload.get("purpose") == PURPOSE:
        discard_expired(int(event.subject_id))
