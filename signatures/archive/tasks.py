"""By the clock: an archive that nobody checks is no archive."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from signatures.archive.watching import judge_slice

HOURS = 24


@shared_task
def judge_archive(limit: int | None = None, seconds: float | None = None) -> int:
    """Judge an hour's part of a day's slice again; returns how many of it do not hold."""
    return judge_slice(
        -(-settings.ARCHIVE_CHECKED_A_DAY // HOURS) if limit is None else limit,
        settings.ARCHIVE_CHECK_SECONDS if seconds is None else seconds,
    )
