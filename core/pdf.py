"""HTML → PDF in a worker, and the page that waits for it.

An app registers a document once (`register_document`, from its AppConfig.ready); its view fetches the subject through
`visible_to` and returns `pdf_response(...)`. A ready file is found by the content version of its subject, so a changed
subject gives a new file. How to use it: docs/components.md, «PDF».
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from core.files import store
from core.files.models import StoredFile
from core.files.serving import file_response
from core.jobs import Run, enqueue, job
from core.jobs.models import Job, State

KEPT_DAYS = 30  # a ready PDF can be made again at any time, so it need not stay
STYLESHEET = "pdf/document.css"
CONTENT_TYPE = "application/pdf"
# read aloud when the waiting page comes to another state; a failure is an alert by itself
SAID = {"making": "Готовим документ", "ready": "Документ готов, его можно скачать."}


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of printed document. The functions get the subject's row; `version` changes whenever the content does."""

    kind: str
    template: str
    context: Callable[[Any], dict[str, Any]]
    version: Callable[[Any], str]
    filename: Callable[[Any], str]

    @property
    def job_kind(self) -> str:
        return f"pdf.{self.kind}"


_documents: dict[str, Document] = {}


def register_document(
    kind: str,
    *,
    template: str,
    context: Callable[[Any], dict[str, Any]],
    version: Callable[[Any], str],
    filename: Callable[[Any], str],
) -> None:
    """Make a document known under `kind` («app.name»). `template` extends pdf/base.html; `context` runs in the worker and
    gives everything that it shows; `version` is a short text that differs when the content differs; `filename` ends
    in «.pdf». A kind registered twice replaces itself (AppConfig.ready may run again)."""
    document = Document(kind, template, context, version, filename)
    _documents[kind] = document
    job(document.job_kind, queue="pdf")(lambda run: _make(run, document))


def fingerprint(kind: str, subject: models.Model) -> str:
    """What a ready file is found by: the subject's version, the document's template, the common style and the cabinet's
    address, which is printed."""
    document = _documents[kind]
    digest = hashlib.sha256(f"{kind}\0{document.version(subject)}".encode())
    digest.update(settings.PUBLIC_URL.encode())
    for template in (document.template, "pdf/base.html", STYLESHEET):
        digest.update(get_template(template).template.source.encode())  # type: ignore[attr-defined]  # Django's own engine
    return digest.hexdigest()


def ready_file(kind: str, subject: models.Model) -> StoredFile | None:
    """The PDF of the subject as it is now, or None when it has to be made."""
    jobs = _jobs(kind, subject).filter(state=State.DONE, outcome__version=fingerprint(kind, subject))
    made = jobs.order_by("-finished_at").first()
    return StoredFile.objects.filter(uid=made.outcome["file"], dropped_at=None).first() if made is not None else None


def prepare(kind: str, subject: models.Model, *, actor: Any) -> Job:
    """Ask the worker to make the PDF; a request already waiting is returned instead of a second."""
    return enqueue(_documents[kind].job_kind, subject, actor=actor)


def pdf_response(
    request: HttpRequest, kind: str, subject: models.Model, *, title: str, back_url: str
) -> HttpResponseBase:
    """What a PDF view returns: the ready file, or a page that has it made and waits.

    The view's door needs `read=["GET"], write=["POST"]`: a GET makes nothing, the waiting page posts by itself (a button
    where JavaScript is off). `title` names the document, `back_url` is the page it was asked for from.
    """
    if request.method == "POST":
        if ready_file(kind, subject) is None:
            prepare(kind, subject, actor=request.acting)  # type: ignore[attr-defined]  # set by accounts.middleware.acting
        if not _is_part(request):
            return HttpResponseRedirect(request.path, status=303)
    stored = ready_file(kind, subject)
    if stored is not None and not _is_part(request):
        return file_response(stored, name=_documents[kind].filename(subject), content_type=CONTENT_TYPE)
    template = "core/pdf_state.html" if _is_part(request) else "core/pdf.html"
    state = _state(kind, subject, stored)
    is_news = _is_part(request) and request.GET.get("known") != state
    context = {
        "state": state,
        "file": stored,
        "document_title": title,
        "back_url": back_url,
        "said": SAID.get(state, "") if is_news else "",
    }
    return render(request, template, context)


def _is_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _jobs(kind: str, subject: models.Model) -> models.QuerySet[Job]:
    return Job.objects.of(subject).filter(kind=_documents[kind].job_kind)


def _state(kind: str, subject: models.Model, stored: StoredFile | None) -> str:
    """ready | making | failed | absent. After a failure the page does not ask again by itself."""
    if stored is not None:
        return "ready"
    last = _jobs(kind, subject).order_by("-created_at").first()
    if last is not None and not last.finished:
        return "making"
    return "failed" if last is not None and last.state == State.FAILED else "absent"


def _make(run: Run, document: Document) -> None:
    """The worker's part. The version is read before the content: if the subject changes in between, the next look finds
    another version and the document is made again."""
    subject = run.subject()
    run.progress(0, None, "Готовим документ")
    version = fingerprint(document.kind, subject)
    content = html_to_pdf(printed_html(document.kind, subject))
    stored = store(
        io.BytesIO(content),
        name=document.filename(subject),
        actor=run.job.owner,
        purpose="pdf",
        organization=run.job.organization,
        expires_at=timezone.now() + timedelta(days=KEPT_DAYS),
    )
    run.finish(lambda: {"file": str(stored.uid), "version": version})


def printed_html(kind: str, subject: models.Model) -> str:
    """The page that is printed: what the document shows, and the cabinet's one address at the foot."""
    document = _documents[kind]
    return render_to_string(document.template, document.context(subject) | {"canonical_address": settings.PUBLIC_URL})


def html_to_pdf(html: str) -> bytes:
    """A tagged PDF (PDF/UA-1) in the common style. Nothing is fetched: neither from the network nor from the disk."""
    # half a second and 40 MB that only workers need
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    closed = URLFetcher(allowed_protocols=[], allow_redirects=False)
    style = CSS(string=render_to_string(STYLESHEET), url_fetcher=closed)
    page = HTML(string=html, url_fetcher=closed)
    return bytes(page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1"))
