"""A document too large for a page: its upload waits for a worker, which says how far it is. Killed in the middle it begins anew
and ends once; the files go as soon as they are judged."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from core.files import open_file, store
from core.files.models import StoredFile
from core.files.storing import bytes_with_transaction
from core.files.tasks import drop_if_expired
from core.jobs import JobRefused, Run, enqueue, job
from core.jobs.models import Job
from signatures.checking.judging import document_of, judge_upload
from signatures.cms.document import Document
from signatures.models import DocumentCheck
from signatures.models.checking import LIFE

log = logging.getLogger(__name__)
KIND = "signatures.check_document"
PURPOSE = "signature_check"
HASHING = "Считаем контрольную сумму документа"
# Of all people together: each takes a worker for minutes, and checks of reports wait behind it.
WAITING_MAX = 4
GONE = "Срок хранения файлов истёк раньше, чем до них дошла очередь. Загрузите их ещё раз."


class TooMany(Exception):
    """As many uploads wait for workers as may."""


def receive(*, signature: bytes, document: IO[bytes] | None, name: str, bearer: str, user: Any) -> DocumentCheck:
    """Store an upload and have it judged. `document` is seekable, None where the signature holds it; `user` None for who is not
    signed in. Raises TooMany."""
    if Job.objects.filter(kind=KIND).unfinished().count() >= WAITING_MAX:
        raise TooMany
    expires = timezone.now() + LIFE
    keep = partial(store, actor=user, purpose=PURPOSE, expires_at=expires)
    with bytes_with_transaction() as stored, transaction.atomic():
        kept = [keep(BytesIO(signature), name="signature.sig")]
        stored.extend(kept)
        if document is not None:
            kept.append(keep(document, name=name))
            stored.append(kept[-1])
        check = DocumentCheck.objects.create(
            bearer=bearer,
            owner=user,
            signature=kept[0],
            document=kept[1] if len(kept) > 1 else None,
            expires_at=expires,
        )
        enqueue(KIND, check, actor=user)
    return check


def judge_check(run: Run) -> None:
    check = _alive(run)
    with ExitStack() as opened:
        signature, document = _opened(check, opened)
        total = document.size
        run.progress(0, total, HASHING)
        answer = judge_upload(signature, document, lambda done: run.progress(min(done, total), total))
    run.finish(lambda: _close(check, answer))


def _alive(run: Run) -> DocumentCheck:
    check = DocumentCheck.objects.alive().filter(pk=run.job.subject_id).select_related("signature", "document").first()
    if check is None:
        raise JobRefused(reason=GONE)
    return check


def _opened(check: DocumentCheck, opened: ExitStack) -> tuple[bytes, Document]:
    try:
        signature = opened.enter_context(open_file(check.signature)).read()
        if check.document is None:
            return signature, document_of(signature, None)
        stream = opened.enter_context(open_file(check.document))
    except FileNotFoundError as gone:
        raise JobRefused(reason=GONE) from gone
    return signature, Document.of_stream(stream, size=check.document.size)


def _close(check: DocumentCheck, answer: dict[str, Any]) -> None:
    DocumentCheck.objects.filter(pk=check.pk).update(result=answer)
    _let_go(check)


def _let_go(check: DocumentCheck) -> None:
    """The files are due at once; the clock drops what this process does not come to."""
    uids = [uid for uid in (check.signature_id, check.document_id) if uid is not None]
    past = timezone.now() - timedelta(seconds=1)
    StoredFile.objects.filter(pk__in=uids, dropped_at=None).update(expires_at=past)
    transaction.on_commit(lambda: _drop(uids))


def _drop(uids: list[Any]) -> None:
    for uid in uids:
        try:
            drop_if_expired(uid)
        except OSError as trouble:
            log.warning("signatures: the file %s stays for the clock (%s)", uid, type(trouble).__name__)


def _failed(failed: Job) -> None:
    check = DocumentCheck.objects.filter(pk=failed.subject_id).first()
    if check is not None:
        _let_go(check)


def sweep() -> int:
    """Remove what is older than an hour: the answer names people."""
    gone = DocumentCheck.objects.filter(expires_at__lt=timezone.now())
    return gone.delete()[0]


job(KIND, queue="checks", on_failure=_failed, sweep=sweep)(judge_check)
