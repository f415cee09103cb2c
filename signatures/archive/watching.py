"""The archive by the clock: a slice a day is judged again, and the operator is told of what does not hold."""

from __future__ import annotations

import logging
import time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.journal import record
from signatures.archive.judging import Judgement, judge
from signatures.archive.keeping import ListShelf
from signatures.archive.walking import kept_signatures, longest_unjudged
from signatures.models import ArchiveCheck

log = logging.getLogger(__name__)


def judge_slice(limit: int, seconds: float) -> int:
    """Judge those whose turn it is, within a time; returns how many do not hold. Killed in between it has done what it has
    done, and the next run goes on from there."""
    deadline = time.monotonic() + seconds
    shelf = ListShelf()
    broken = 0
    for uid in longest_unjudged(limit):
        try:
            broken += not _judge_one(uid, shelf)
        except (
            Exception
        ):  # one error (of the storage, say) must not keep the others from being judged; its turn comes again
            log.exception("archive: signature %s could not be judged", uid)
        if time.monotonic() > deadline:
            log.info("archive: the time is up, the next run goes on")
            break
    return broken


def _judge_one(uid: UUID, shelf: ListShelf) -> bool:
    judgement = judge(kept_signatures(uid=uid).get(), shelf)
    remember(judgement)
    if not judgement.holds:
        log.error("archive: signature %s does not hold: %s", uid, ", ".join(judgement.codes))
    elif not judgement.root_listed_then:
        log.warning("archive: the root of signature %s was not on the trust list at its receipt", uid)
    return judgement.holds


def remember(judgement: Judgement) -> None:
    """Keep the judgement. The journal is told when it changes, not every day anew."""
    row = judgement.signature
    with transaction.atomic():
        now = timezone.now()
        fresh = {"at": now, "holds": judgement.holds, "reasons": judgement.codes}
        check, is_new = ArchiveCheck.objects.get_or_create(signature=row, defaults=fresh)
        check = ArchiveCheck.objects.select_for_update(of=("self",), no_key=True).get(pk=check.pk)
        former = [] if is_new else check.reasons
        check.at, check.holds, check.reasons = now, judgement.holds, judgement.codes
        check.save(update_fields=["at", "holds", "reasons"])
        if judgement.codes and judgement.codes != former:
            record("signature.archive_broken", row, actor=None, reasons=judgement.codes)
        elif former and not judgement.codes:
            record("signature.archive_mended", row, actor=None)
