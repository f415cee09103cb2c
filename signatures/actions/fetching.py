"""What runs by the clock: lists are fetched from configured addresses before they run out.  Off unless the settings say so."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.jobs import Run, enqueue, job
from core.jobs.models import Job
from signatures.actions.revocation_lists import keep_lists, read_lists
from signatures.actions.trust_lists import import_trust_list
from signatures.fetching import FetchProblem, fetch
from signatures.models import FetchAddress, RevocationList, TrustListImport
from signatures.refusals import TrustRefused

log = logging.getLogger(__name__)

FETCH_CRL, FETCH_TRUST_LIST, LOAD_LIST = "trust.fetch_crl", "trust.fetch_list", "trust.load_list"
QUEUE = "checks"  # long work, with two workers
AT_ONCE = 4  # jobs that wait or run: reports are checked in between
CRL_EVERY = timedelta(hours=12)
TRUST_LIST_EVERY = timedelta(days=1)
BEFORE_THE_END = timedelta(hours=1)
SOONEST = timedelta(minutes=15)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
CLAIMED_FOR = timedelta(hours=1)  # a job that got lost is made again after that
GAVE_UP = "Загрузка не удалась по вине системы: она будет повторена."


def enqueue_due(moment: datetime | None = None) -> int:
    """Make jobs for what is due, a few at a time; returns how many."""
    moment = moment or timezone.now()
    room = AT_ONCE - Job.objects.filter(kind__in=[FETCH_CRL, FETCH_TRUST_LIST, LOAD_LIST]).unfinished().count()
    made = 0
    if room <= 0:
        return made
    for address in _due(moment)[:room]:
        with transaction.atomic():
            claimed = FetchAddress.objects.due(moment).filter(pk=address.pk).update(next_try_at=moment + CLAIMED_FOR)
            if claimed:
                enqueue(FETCH_TRUST_LIST if address.kind == FetchAddress.Kind.TRUST_LIST else FETCH_CRL, address)
                made += 1
    for row in _unloaded(moment)[: room - made]:
        with transaction.atomic():
            enqueue(LOAD_LIST, row)
        made += 1
    return made


def _unloaded(moment: datetime) -> list[RevocationList]:
    """Lists in force that were kept before there was a table of serials; each is tried once a day."""
    tried = Job.objects.filter(kind=LOAD_LIST, created_at__gte=moment - timedelta(days=1))
    known = {int(pk) for pk in tried.values_list("subject_id", flat=True)}
    rows = RevocationList.objects.in_force(moment).filter(loaded_at=None).exclude(pk__in=known)
    return list(rows.defer("der").order_by("pk")[:AT_ONCE])


def _due(moment: datetime) -> Any:
    """Addresses that the settings allow.  The configured one of the trust list becomes a row here."""
    kinds = [FetchAddress.Kind.REVOCATION_LIST] if settings.SIGNATURE_FETCH_CRLS else []
    url = settings.SIGNATURE_TSL_URL
    listed = FetchAddress.objects.filter(kind=FetchAddress.Kind.TRUST_LIST)
    if url:
        listed.get_or_create(kind=FetchAddress.Kind.TRUST_LIST, url=url, defaults={"next_try_at": moment})
        listed.filter(url=url, used=False).update(used=True, next_try_at=moment)
        kinds.append(FetchAddress.Kind.TRUST_LIST)
    listed.exclude(url=url).filter(used=True).update(used=False)
    return FetchAddress.objects.due(moment).filter(kind__in=kinds)


def _gave_up(stranded: Job) -> None:
    address = FetchAddress.objects.filter(pk=stranded.subject_id).first()
    if address is not None:
        failed(address, GAVE_UP, timezone.now())


@job(FETCH_CRL, queue=QUEUE, on_failure=_gave_up)
def fetch_crl(run: Run) -> None:
    """Fetch, verify, write; killed anywhere it has changed nothing."""
    address = _subject(run)
    moment = timezone.now()
    if not (settings.SIGNATURE_FETCH_CRLS and address.used):
        run.finish()
        return
    try:
        run.progress(0, None, "Загрузка списка")
        with fetch(address.url, most=settings.SIGNATURE_CRL_MAX_BYTES, on_progress=run.progress) as body:
            content = body.read()
        verified = read_lists(content, moment, progress=run.progress)

        def closing() -> dict[str, Any]:
            rows = keep_lists(verified, moment=moment, progress=run.progress)
            soonest = min(row.next_update for row in rows) - BEFORE_THE_END
            succeeded(address, max(moment + SOONEST, min(moment + CRL_EVERY, soonest)), moment)
            return {"lists": [row.sha256 for row in rows]}

        run.finish(closing)
    except (FetchProblem, TrustRefused) as problem:
        reason = problem.text
        run.finish(lambda: failed(address, reason, moment))


@job(FETCH_TRUST_LIST, queue=QUEUE, on_failure=_gave_up)
def fetch_trust_list(run: Run) -> None:
    """Fetch the list of accredited authorities and take it over in the closing transaction."""
    address = _subject(run)
    moment = timezone.now()
    if not address.used or address.url != settings.SIGNATURE_TSL_URL:
        run.finish()
        return
    try:
        run.progress(0, None, "Загрузка перечня")
        with fetch(
            address.url, most=settings.SIGNATURE_TSL_MAX_BYTES, only_https=True, on_progress=run.progress
        ) as body:

            def closing() -> dict[str, Any]:
                row = import_trust_list(body, confirmed=TrustListImport.Confirmed.HTTPS, moment=moment)
                succeeded(address, moment + TRUST_LIST_EVERY, moment)
                return {"sha256": row.sha256}

            run.finish(closing)
    except (FetchProblem, TrustRefused) as problem:
        reason = problem.text
        run.finish(lambda: failed(address, reason, moment))


@job(LOAD_LIST, queue=QUEUE)
def load_list(run: Run) -> None:
    """The serials of a list that was kept before there was a table for them."""
    row = run.subject()
    assert isinstance(row, RevocationList)  # the kind of job fixes its subject
    moment = timezone.now()
    try:
        verified = read_lists(bytes(row.der), moment, progress=run.progress)
        run.finish(lambda: {"lists": [each.sha256 for each in keep_lists(verified, moment=moment)]})
    except TrustRefused as problem:
        reason = problem.text
        run.finish(lambda: {"reason": reason})


def _subject(run: Run) -> FetchAddress:
    address = run.subject()
    assert isinstance(address, FetchAddress)  # the kind of job fixes its subject
    return address


def succeeded(address: FetchAddress, next_try_at: datetime, moment: datetime) -> None:
    """The list came and was taken."""
    FetchAddress.objects.filter(pk=address.pk).update(
        last_try_at=moment, last_success_at=moment, next_try_at=next_try_at, failures=0, problem=""
    )


def failed(address: FetchAddress, reason: str, moment: datetime) -> dict[str, Any]:
    """Try again later, the later the more tries were in vain; returns the outcome of the job."""
    pause = min(FIRST_PAUSE * 2 ** min(address.failures, 10), LONGEST_PAUSE)
    FetchAddress.objects.filter(pk=address.pk).update(
        last_try_at=moment, next_try_at=moment + pause, failures=address.failures + 1, problem=reason[:500]
    )
    log.warning("trust: %s address %s: not fetched, next try in %s", address.kind, address.pk, pause)
    return {"reason": reason}
