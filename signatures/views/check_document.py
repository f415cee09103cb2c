"""«Проверить документ», for anybody who holds a document and its signature."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from core.doors import door
from core.jobs.models import Job, State
from core.limits import too_often
from core.uploads import BoundedUploadHandler, announced_too_large, bound
from signatures.checking import bearer, forms
from signatures.checking.forms import CheckForm
from signatures.checking.job import KIND, TooMany, receive
from signatures.checking.judging import NoDocument, document_of, judge_upload, takes_long
from signatures.cms.document import Document
from signatures.cms.refusal import Refused
from signatures.cms.signed_data import attached_content
from signatures.forms import FILE_KINDS, LARGEST_FILE
from signatures.models import DocumentCheck

RATE_ACTION, RATE_ACTION_LARGE = "signature_check", "signature_check_large"
SAID = {"done": "Проверка закончена.", "failed": "Проверить не удалось."}


@csrf_exempt  # only on the outside: the token is checked in `_take`, after the limits, which read nothing of the body
@door(read=["GET"], write=["POST"], public=True)
def check_document(request: HttpRequest) -> HttpResponse:
    """GET: the page. POST: the answer, or 303 to the page that waits for it; 413, 422 and 429 with the page and what is wrong."""
    if request.method != "POST":
        return _page(request, CheckForm())
    if refused := too_often(request, RATE_ACTION, "проверок с вашего адреса"):
        return _page(request, CheckForm(), status=429, refused=refused)
    if announced_too_large(request, forms.BOTH):
        return _page(request, _refused("document", forms.TOO_LARGE), status=413)
    return _take(request, bound(request, forms.BOTH))


@csrf_protect
def _take(request: HttpRequest, handler: BoundedUploadHandler) -> HttpResponse:
    form = CheckForm(request.POST, request.FILES)
    if handler.exceeded:
        return _page(request, _refused("document", forms.TOO_LARGE), status=413)
    if not form.is_valid():
        return _page(request, form, status=422)
    signature = form.cleaned_data["signature"].read()
    stream = form.document_stream
    given = Document.of_stream(stream, size=form.document_size) if stream is not None else None
    try:
        document = document_of(signature, given)
    except NoDocument:
        return _again(request, form, "document", forms.NO_DOCUMENT)
    except Refused as refusal:
        return _again(request, form, "signature", refusal.verdict.explanation)
    if _are_swapped(signature, given):
        return _again(request, form, "document", forms.SWAPPED)
    if takes_long(signature, document):
        return _hand_over(request, form, signature)
    context = {"answer": judge_upload(signature, document), "name": form.document_name}
    return render(request, "signatures/check_answer.html", context)


def _again(request: HttpRequest, form: CheckForm, field: str | None, text: str) -> HttpResponse:
    form.add_error(field, text)
    return _page(request, form, status=422)


def _refused(field: str, text: str) -> CheckForm:
    form = CheckForm({})
    form.is_valid()
    form.errors.clear()
    form.add_error(field, text)
    return form


def _are_swapped(signature: bytes, document: Document | None) -> bool:
    """The one is no signature and the other is."""
    return (
        document is not None
        and document.size <= LARGEST_FILE
        and not _is_signature(signature)
        and _is_signature(document.data)
    )


def _is_signature(content: bytes) -> bool:
    try:
        attached_content(content)
    except Refused:
        return False
    return True


def _hand_over(request: HttpRequest, form: CheckForm, signature: bytes) -> HttpResponse:
    if refused := too_often(request, RATE_ACTION_LARGE, "больших документов с вашего адреса"):
        return _again(request, form, None, refused)
    token = bearer.held(request) or bearer.new_token()
    try:
        check = receive(
            signature=signature,
            document=form.document_stream,
            name=form.document_name,
            bearer=bearer.digest(token),
            user=request.user if request.user.is_authenticated else None,
        )
    except TooMany:
        return _again(request, form, None, forms.BUSY)
    response = HttpResponseRedirect(reverse("signatures:check_result", args=[check.uid]), status=303)
    bearer.hand_out(response, token)
    return response


def _page(request: HttpRequest, form: CheckForm, *, status: int = 200, refused: str = "") -> HttpResponse:
    context = {
        "form": form,
        "refused": refused,
        "limit": forms.LARGEST_DOCUMENT,
        "accept": FILE_KINDS,
    }
    return render(request, "signatures/check_document.html", context, status=status)


@door(read=["GET"], public=True)
def check_result(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The page that waits for a worker's answer, and shows it; for htmx its part that changes. 404 in every other browser."""
    rows = DocumentCheck.objects.alive().select_related("document")
    check = get_object_or_404(rows, pk=uid)
    if not check.is_of(bearer.digest(bearer.held(request)), request.user):
        raise Http404
    job = Job.objects.of(check).filter(kind=KIND).order_by("-created_at").first()
    if check.result is not None:
        state = "done"
    else:
        state = "failed" if job is not None and job.state == State.FAILED else "waiting"
    context: dict[str, Any] = {
        "state": state,
        "answer": check.result,
        "name": check.document.name if check.document is not None else "",
        "reason": job.outcome.get("reason", "") if job is not None else "",
        **_percent(job),
    }
    if not request.htmx:  # type: ignore[attr-defined]  # set by django_htmx.middleware
        return render(request, "signatures/check_result.html", context)
    context["said"] = SAID.get(state, "")
    return render(request, "signatures/_check_state.html", context)


def _percent(job: Job | None) -> dict[str, Any]:
    """Whole percents: bytes would say nothing."""
    if job is None or not job.total or job.state != State.RUNNING:
        return {"percent": None, "percent_text": ""}
    percent = min(100, 100 * job.done // job.total)
    return {"percent": percent, "percent_text": f"{percent} %"}
