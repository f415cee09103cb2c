"""A МЧД that was made here and waits for the head: to be signed on the page, or elsewhere and brought back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.acting import acting_of
from accounts.rights import Right
from core.doors import door
from core.files.serving import as_attachment
from core.identifiers import mask_snils
from core.moves import WrongState
from signatures.actions import PowerNotAdded, discard_draft, sign_draft
from signatures.forms import SignatureForm
from signatures.mchd.reading import read_power
from signatures.models import PowerDraft, PowerOfAttorney
from signatures.powers import signing_codes

GONE = "Эта доверенность подписи больше не ждёт: её уже подписали, или её черновик удалили."


def own_draft(request: HttpRequest, uid: UUID) -> PowerDraft:
    """One that is signed or discarded too: links to it live on in the list of documents. Raises Http404."""
    rows = PowerDraft.objects.visible_to(acting_of(request)).select_related("request__document")
    return get_object_or_404(rows, uid=uid)


@door(read=["GET"], write=["POST"])
def power_draft(request: HttpRequest, uid: UUID) -> HttpResponse:
    """POST: the head's signature, whoever brings it. 302 to the card of the paper, 422 with what is wrong."""
    draft = own_draft(request, uid)
    if not draft.is_waiting:
        return _gone(request, draft)
    if request.method != "POST":
        return _page(request, draft, SignatureForm())
    form = SignatureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, draft, form, status=422)
    try:
        power = sign_draft(draft, form.signature_bytes, acting=acting_of(request))
    except PowerNotAdded as refused:
        return _page(request, draft, form, refused=refused, status=422)
    except WrongState:
        return _gone(request, draft)
    messages.success(request, f"{power} подписана и добавлена в кабинет.")
    if not PowerOfAttorney.objects.visible_to(acting_of(request)).filter(pk=power.pk).exists():
        return redirect("signatures:powers")  # the head signed a paper of somebody else, and does not manage access
    return redirect("signatures:power", uid=power.uid)


@door(read=["GET"])
def power_draft_xml(request: HttpRequest, uid: UUID) -> HttpResponse:
    draft = own_draft(request, uid)
    if not draft.is_waiting:
        raise Http404  # somebody's СНИЛС and day of birth, and nothing to sign
    file_id = f"ON_EMCHD_{read_power(draft.body).issued:%Y%m%d}_{draft.number}.xml"
    return as_attachment(HttpResponse(draft.body, content_type="application/xml"), file_id)


@door(write=["POST"], right=Right.ACCESS)
def power_draft_discard(request: HttpRequest, uid: UUID) -> HttpResponse:
    draft = own_draft(request, uid)
    try:
        discard_draft(draft, acting=acting_of(request))
    except WrongState:
        return _gone(request, draft)
    messages.success(request, "Черновик доверенности удалён.")
    return redirect("signatures:powers")


def _gone(request: HttpRequest, draft: PowerDraft) -> HttpResponse:
    """What became of a draft that waits no more."""
    power = PowerOfAttorney.objects.visible_to(acting_of(request)).filter(draft=draft).first()
    if power is not None:
        messages.info(request, "Доверенность уже подписана и добавлена в кабинет.")
        return redirect("signatures:power", uid=power.uid)
    messages.warning(request, GONE)
    return redirect("signatures:powers")


def _page(
    request: HttpRequest,
    draft: PowerDraft,
    form: SignatureForm,
    *,
    refused: PowerNotAdded | None = None,
    status: int = 200,
) -> HttpResponse:
    paper = read_power(draft.body)
    head = paper.principals[0].heads[0]
    context = {
        "draft": draft,
        "paper": paper,
        "head": head,
        "head_snils": mask_snils(head.snils),
        "person": paper.representatives[0],
        "person_snils": mask_snils(paper.representatives[0].snils),
        "asked": draft.request,
        "form": form,
        "refused": refused,
        "document_url": reverse("signatures:power_draft_xml", args=[draft.uid]),
        "organization": acting_of(request).organization,
        "unverified": any(not known for _code, _words, known in signing_codes()),
        "may_discard": acting_of(request).holds(Right.ACCESS),
    }
    return render(request, "signatures/power_draft.html", context, status=status)
