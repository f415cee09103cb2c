"""Showing personal data that pages mask: every showing, and every file given out, is a line in the journal."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core.identifiers import format_snils
from core.journal import record
from sout_reports.models import SoutReport, Workplace, WorkplaceWorker


def show_snils(place: Workplace, *, actor: Any) -> list[str]:
    """The СНИЛС of line 021 in full, for one answer. The journal keeps who looked, at which workplace and at how many."""
    with transaction.atomic():
        numbers = WorkplaceWorker.objects.filter(workplace=place).order_by("pk").values_list("snils", flat=True)
        shown = [format_snils(each) for each in numbers]
        record(
            "report.snils_shown",
            place.report,
            actor=actor,
            workplace=place.current_number,
            ordinal=place.ordinal,
            shown=len(shown),
        )
    return shown


def note_download(report: SoutReport, *, actor: Any) -> None:
    """The whole file is given out. The journal keeps who took it, and which bytes."""
    with transaction.atomic():
        record("report.downloaded", report, actor=actor, number=report.number, sha256=report.sha256)
