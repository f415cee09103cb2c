"""The journal's line «signature.accepted» of a kept signature: there, whole, sealed, and saying the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.journal.models import Event
from core.journal.verifying import line_trouble
from signatures.archive.keeping import Unusable, kept_chain
from signatures.archive.reasons import Finding, Reason
from signatures.models import Signature
from signatures.verification import thumbprint

VERB = "signature.accepted"
SEALED_WITHIN = timedelta(hours=2)  # the clock seals every ten seconds, stragglers every hour
# A line written before lines stated the moment was recorded in the transaction of the acceptance.
RECORDED_WITHIN = timedelta(hours=1)


def line_findings(row: Signature) -> Iterator[Finding]:
    event = Event.objects.about(row).filter(verb=VERB).order_by("pk").first()
    if event is None:
        yield Finding(Reason.JOURNAL_LINE_MISSING)
        return
    trouble = line_trouble(event)
    if trouble == "changed":
        yield Finding(Reason.JOURNAL_LINE_CHANGED, f"запись {event.pk}")
    elif trouble == "unsealed" and event.at < timezone.now() - SEALED_WITHIN:
        yield Finding(Reason.JOURNAL_LINE_NOT_SEALED, f"запись {event.pk}")
    if differing := _differing(row, event):
        yield Finding(Reason.JOURNAL_LINE_DIFFERS, ", ".join(differing))


def _differing(row: Signature, event: Event) -> list[str]:
    said = event.payload if isinstance(event.payload, dict) else {}
    pairs = {
        "назначение": (said.get("purpose"), row.purpose),
        "документ": (said.get("document"), row.document.sha256),
        "сертификат": (said.get("thumbprint"), row.thumbprint),
        "отпечаток подписи": (said.get("fingerprint"), row.fingerprint),
        "организация": (event.organization_id, row.organization_id),
        "кто подал": (event.actor_id, row.person_id),
    }
    if "root" in said:
        pairs["корневой сертификат"] = (said["root"], _root_thumbprint(row))
    found = [name for name, (stated, kept) in pairs.items() if stated != kept]
    return found if _same_moment(row, event, said.get("moment")) else [*found, "время приёма"]


def _root_thumbprint(row: Signature) -> str:
    try:
        return thumbprint(kept_chain(row)[-1].dump())
    except Unusable:
        return ""


def _same_moment(row: Signature, event: Event, stated: object) -> bool:
    if stated is None:
        return abs(event.at - row.moment) <= RECORDED_WITHIN
    try:
        return parse_datetime(str(stated)) == row.moment
    except (ValueError, TypeError):
        return False
