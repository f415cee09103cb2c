"""Receiving a file: bytes, row, job and journal line, then the receipt. Nothing is read here: that is the job's work."""

from __future__ import annotations

import logging
from typing import IO, Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.files import store
from core.files.storing import bytes_with_transaction, digest_and_size
from core.jobs import enqueue
from core.journal import record
from sout_reports.models import SoutReport
from sout_reports.selectors import JOB, waits_for_operator
from sout_reports.states import State

log = logging.getLogger(__name__)


def receive(stream: IO[bytes], *, name: str, actor: Any) -> tuple[SoutReport, bool]:
    """Take a file from the acting SOUT organization. Returns the report and whether it is new.

    The same bytes accepted again from the same organization give the first receipt; a refused file is judged anew.
    """
    sha256, size = digest_and_size(stream)
    existing = _same_bytes(actor, sha256)
    if existing is not None:
        return existing, False
    try:
        with bytes_with_transaction() as kept, transaction.atomic():
            stored = store(stream, name=name, actor=actor, purpose="sout_report", measured=(sha256, size))
            kept.append(stored)
            report = SoutReport.objects.create(
                number=_next_number(),
                file=stored,
                sha256=sha256,
                organization=actor.organization,
                uploaded_by=actor.user,
                received_at=timezone.now(),
            )
            record("report.received", report, actor=actor, number=report.number, sha256=sha256, size=stored.size)
            enqueue(JOB, report, actor=actor)
    except IntegrityError:
        # two uploads of the same bytes at once: the other one won
        winner = _same_bytes(actor, sha256)
        if winner is None:
            raise
        return winner, False
    return report, True


def repeat_stalled(*, by_clock: bool) -> list[SoutReport]:
    """Check again what stalled for a reason of ours; returns the reports. One that is being repeated already stays one job.

    The clock leaves out what it has repeated in vain: that waits for an operator, and the log says so each time.
    """
    stalled = SoutReport.objects.filter(state=State.STALLED).select_related("organization").order_by("pk")
    repeated = []
    for report in stalled:
        if by_clock and waits_for_operator(report):
            log.error(
                "sout_reports: the check of receipt %s stalls each time; after mending the cause: manage.py"
                " repeat_stalled_checks",
                report.number,
            )
            continue
        enqueue(JOB, report, actor=None, organization=report.organization)
        repeated.append(report)
    return repeated


def _same_bytes(actor: Any, sha256: str) -> SoutReport | None:
    rows = SoutReport.objects.filter(organization=actor.organization, sha256=sha256).exclude(state=State.REFUSED)
    return rows.order_by("pk").first()


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('sout_report_number')")
        return int(cursor.fetchone()[0])


def limits() -> dict[str, int]:
    """The limits of a container, for sout_reports.document.container."""
    return {
        "max_packed": settings.SOUT_UPLOAD_MAX_BYTES,
        "max_unpacked": settings.SOUT_UNPACKED_MAX_BYTES,
        "max_ratio": settings.SOUT_UNPACK_RATIO_MAX,
    }
