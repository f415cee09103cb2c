"""A member's dissenting opinion: written on the page of the commission, signed and read on a page of its own."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.acting import acting_of
from core.doors import door
from core.files.serving import as_attachment
from core.moves import WrongState
from signatures.actions import withdraw_request
from signatures.forms import SignatureForm
from signatures.models import SignerTurn, SigningRequest
from signatures.opinions import Dissent, OpinionRefused
from signatures.refusals import SignatureRefused
from signatures.states import RequestState
from violations.protocols.actions import sign_opinion, write_opinion
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import may_speak_for, opinion_turns, turns_of, waits_for_commission
from violations.views.opinion_form import OpinionForm
from violations.views.protocol_commission import commission_page, is_asked
from violations.views.scope import PROTOCOL_READERS, own_opinion, own_protocol

GONE = (RequestState.WITHDRAWN, RequestState.EXPIRED)


@door(write=["POST"], right=PROTOCOL_READERS)
def protocol_opinion(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write it down. 302 to its page; 422 with the page of the commission, the text still in it."""
    protocol = own_protocol(request, uid)
    if not is_asked(protocol):
        return redirect("violations:protocol", uid=uid)
    if not waits_for_commission(protocol):
        messages.info(request, "Члены комиссии уже подписали протокол: особое мнение готовят до подписи.")
        return redirect("violations:protocol", uid=uid)
    acting = acting_of(request)
    turns = opinion_turns(turns_of(protocol), acting)
    form = OpinionForm(turns, request.POST)
    if form.is_valid():
        turn = next(each for each in turns if each.pk == form.cleaned_data["opinion_turn"])
        try:
            written = write_opinion(turn, form.cleaned_data["text"], acting=acting)
        except OpinionRefused as refused:
            form.refuse(refused)
        else:
            return redirect("violations:opinion", uid=written.uid)
    return commission_page(request, protocol, opinion=form, status=422)


@door(read=["GET"], write=["POST"], right=PROTOCOL_READERS)
def opinion(request: HttpRequest, uid: UUID) -> HttpResponse:
    """POST: the member's signature, whoever brings it."""
    found, protocol = own_opinion(request, uid)
    if found.state in GONE:
        return redirect("violations:protocol", uid=protocol.uid)
    if request.method != "POST":
        return _page(request, found, protocol, SignatureForm())
    form = SignatureForm(request.POST, request.FILES)
    if found.state == RequestState.OPEN and not form.is_valid():
        return _page(request, found, protocol, form, status=422)
    if found.state != RequestState.OPEN:
        messages.info(request, "Особое мнение уже подписано.")
        return redirect("violations:opinion", uid=uid)
    try:
        sign_opinion(protocol, found, form.signature_bytes, acting=acting_of(request))
    except SignatureRefused as refused:
        return _page(request, found, protocol, form, refused=refused, status=422)
    return _signed(request, protocol, found)


def _signed(request: HttpRequest, protocol: CommissionProtocol, found: SigningRequest) -> HttpResponse:
    messages.success(
        request, f"Особое мнение подписано: {turn_of(found).person}. Осталась подпись под самим протоколом."
    )
    name = "protocol_commission" if waits_for_commission(protocol) else "protocol"
    return redirect(f"violations:{name}", uid=protocol.uid)


@door(read=["GET"], right=PROTOCOL_READERS)
def opinion_document(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Download. 404 for one that was withdrawn: nobody has signed that text."""
    found, protocol = own_opinion(request, uid)
    if found.state in GONE:
        raise Http404
    name = f"opinion_{protocol.date.isoformat()}_{str(found.uid)[:8]}.txt"
    answer = HttpResponse(bytes(found.document.body or b""), content_type="text/plain; charset=utf-8")
    return as_attachment(answer, name)


@door(write=["POST"], right=PROTOCOL_READERS)
def opinion_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """While it waits: by the member himself, or by who makes or signs protocols."""
    found, protocol = own_opinion(request, uid)
    if not may_speak_for(turn_of(found), acting_of(request)):
        messages.warning(request, "Особое мнение отзывает сам член комиссии или тот, кто готовит протоколы.")
        return redirect("violations:opinion", uid=uid)
    try:
        withdraw_request(found, acting=acting_of(request), why="отозвано до подписи")
    except WrongState as stands:
        if stands.state == RequestState.COMPLETED:
            messages.error(request, "Особое мнение уже подписано: отозвать его нельзя.")
            return redirect("violations:opinion", uid=uid)
    else:
        messages.success(request, "Особое мнение отозвано: теперь протокол можно подписать без него.")
    return redirect("violations:protocol_commission", uid=protocol.uid)


def turn_of(found: SigningRequest) -> SignerTurn:
    """Of the protocol: whose opinion it is."""
    assert found.opinion_of is not None  # own_opinion asks for it
    return found.opinion_of


def _page(
    request: HttpRequest,
    found: SigningRequest,
    protocol: CommissionProtocol,
    form: SignatureForm,
    *,
    refused: SignatureRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    own = found.turns.select_related("signature").get()
    turn = turn_of(found)
    context = {
        "protocol": protocol,
        "asked": found,
        "turn": turn,
        "dissent": Dissent(found, turn, own.signature),
        "exact": bytes(found.document.body or b"").decode("utf-8-sig"),
        "is_former": turn.request_id != protocol.request_id,
        "may_withdraw": may_speak_for(turn, acting_of(request)),
        "form": form,
        "refused": refused,
        "document_url": reverse("violations:opinion_document", args=[found.uid]),
    }
    return render(request, "violations/opinion.html", context, status=status)
