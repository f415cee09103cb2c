"""Signatures accepted while nobody could say whether their certificate was revoked: asked again when a list has come.

The question is about the moment of receipt: a certificate revoked after it does no harm (63-ФЗ, article 11).
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Right
from core.jobs import Run, enqueue, job
from core.journal import record
from core.notifications.actions import tell
from core.notifications.models import Topic
from signatures.cms.encoding import load_certificate
from signatures.cms.exact import Certificate
from signatures.cms.revocation import RevocationAnswer, RevocationStatus, public_key_sha256
from signatures.models import RevocationRecheck, Signature
from signatures.purposes import SIGN_AGAIN, page_of, purpose
from signatures.reports import SignerReport
from signatures.revocation_table import RevocationTable

RECHECK = "signature.recheck"
EVERY = timedelta(hours=6)
AT_ONCE = 50
CLAIMED_FOR = timedelta(hours=1)
Outcome = RevocationRecheck.Outcome
# Whoever sees or signs the documents of the organization, by any of these: where nobody says who reads what was signed.
WHO_IS_TOLD = f"{Right.VIEW_PROTOCOLS} {Right.SIGN_PROTOCOLS} {Right.VIEW_REPORTS}"


def ask_later(signature: Signature, report: SignerReport) -> RevocationRecheck | None:
    """Note that the revocation of an accepted signature is still to be checked; None where it was.

    Call it in the transaction that keeps the signature.
    """
    if not report.revocation_pending:
        return None
    issuers = [load_certificate(link.der) for link in report.chain[1:]]
    row, is_new = RevocationRecheck.objects.get_or_create(
        signature=signature,
        defaults={
            "waits_for": sorted({public_key_sha256(each) for each in issuers}),
            "asked_at": signature.moment,
            "next_try_at": signature.moment + EVERY,
        },
    )
    if is_new:
        record("signature.revocation_pending", signature, actor=None, organization=signature.organization)
    return row


def enqueue_rechecks(moment: datetime | None = None) -> int:
    """Make jobs for what is due; returns how many."""
    moment = moment or timezone.now()
    made = 0
    for row in RevocationRecheck.objects.due(moment)[:AT_ONCE]:
        with transaction.atomic():
            claimed = RevocationRecheck.objects.due(moment).filter(pk=row.pk).update(next_try_at=moment + CLAIMED_FOR)
            if claimed:
                enqueue(RECHECK, row)
                made += 1
    return made


@job(RECHECK)
def recheck(run: Run) -> None:
    """Safe to be killed and delivered twice: a row that is done stays as it is."""
    row = run.subject()
    assert isinstance(row, RevocationRecheck)  # the kind of job fixes its subject
    run.finish(lambda: settle(row, timezone.now()))


def settle(row: RevocationRecheck, now: datetime) -> dict[str, Any]:
    """Ask the tables, and write down the answer where there is one."""
    with transaction.atomic():
        fresh = RevocationRecheck.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        if fresh.done_at is not None:
            return {"outcome": fresh.outcome}
        outcome, revoked_at = judge(fresh.signature, now)
        if outcome is None:
            fresh.next_try_at = now + EVERY
            fresh.save(update_fields=["next_try_at"])
            return {"outcome": ""}
        fresh.outcome, fresh.revoked_at, fresh.done_at = outcome, revoked_at, now
        fresh.save(update_fields=["outcome", "revoked_at", "done_at"])
        record(
            "signature.revocation_checked",
            fresh.signature,
            actor=None,
            organization=fresh.signature.organization,
            outcome=str(outcome),
            thumbprint=fresh.signature.thumbprint,
        )
        if outcome == Outcome.REVOKED:
            _tell(fresh)
        return {"outcome": str(outcome)}


def judge(signature: Signature, now: datetime) -> tuple[RevocationRecheck.Outcome | None, datetime | None]:
    """What the lists of today, and those of the moment of receipt that have come since, say of every certificate under the root.

    None: still not known.  The date is that of the revocation.
    """
    chain = [load_certificate(base64.b64decode(link["der"])) for link in signature.chain]
    later: datetime | None = None
    known = lost = True
    for certificate, issuer in pairwise(chain):
        answers = _answers(certificate, issuer, signature.moment, now)
        dates = [each.revoked_at for each in answers if each.revoked_at is not None]
        if dates and min(dates) <= signature.moment:
            return Outcome.REVOKED, min(dates)
        later = min(dates) if dates and later is None else later
        if not answers:
            known = False
            lost = lost and certificate.not_valid_after < now
    if known:
        return (Outcome.REVOKED_LATER if later else Outcome.GOOD), later
    return (Outcome.UNKNOWN if lost else None), None


def _answers(certificate: Certificate, issuer: Certificate, moment: datetime, now: datetime) -> list[RevocationAnswer]:
    """Answers that hold for the moment of receipt.  A list of today does not name a certificate that has expired (RFC 5280
    section 3.3), so its silence about one says nothing."""
    table = RevocationTable()
    then = table.ask(certificate, issuer, moment)
    today = table.ask(certificate, issuer, now)
    if today.status is RevocationStatus.GOOD and certificate.not_valid_after < now:
        answers = [then]
    else:
        answers = [then, today]
    return [each for each in answers if each.status is not RevocationStatus.UNKNOWN]


def _tell(row: RevocationRecheck) -> None:
    signature = row.signature
    asked, page = purpose(signature.purpose), page_of(signature)
    what = f"{asked.label}: подпись" if asked else "Подпись"
    to_do = asked.when_revoked if asked else SIGN_AGAIN
    received, revoked = timezone.localtime(signature.moment), timezone.localtime(row.revoked_at)
    tell(
        signature.organization,
        text=(
            f"{what}, принятая {received:%d.%m.%Y в %H:%M} (МСК), поставлена отозванным сертификатом: он был отозван"
            f" {revoked:%d.%m.%Y}. {to_do} Сертификат {signature.thumbprint[:16]}…"
        ),
        url=page or reverse("signatures:trust"),
        action="Открыть документ" if page else "Удостоверяющие центры и списки отзыва",
        key=f"signature.revoked:{signature.pk}",
        topic=asked.topic if asked else Topic.REPORTS,
        right=" ".join(asked.read_rights) if asked else WHO_IS_TOLD,
        why="Документ подписан от имени вашей организации, а отзыв сертификата в тот день проверить было нельзя",
    )
