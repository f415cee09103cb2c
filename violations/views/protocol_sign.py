"""«Подписать и отправить», for the organization: what is signed on the left, with what on the right."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.acting import acting_of
from core.doors import door
from core.moves import WrongState
from signatures.forms import SignatureForm
from signatures.refusals import SignatureRefused
from violations.protocols import conflicts
from violations.protocols.actions import Collected, Outcome, Returned, sign_and_send
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import reports_of, waits_for_commission
from violations.protocols.states import ProtocolState
from violations.views.scope import SIGN, own_protocol


@door(read=["GET"], write=["POST"], right=SIGN)
def protocol_sign(request: HttpRequest, uid: UUID) -> HttpResponse:
    protocol = own_protocol(request, uid)
    if request.method == "POST":
        return _send(request, protocol)
    if protocol.state != ProtocolState.SIGNING:
        return redirect("violations:protocol", uid=uid)
    if waits_for_commission(protocol):
        return redirect("violations:protocol_commission", uid=uid)
    return _page(request, protocol, SignatureForm())


def _send(request: HttpRequest, protocol: CommissionProtocol) -> HttpResponse:
    form = SignatureForm(request.POST, request.FILES)
    if protocol.state == ProtocolState.SIGNING and not form.is_valid():
        return _page(request, protocol, form, status=422)
    signature = form.signature_bytes if form.is_valid() else b""
    try:
        outcome = sign_and_send(protocol, signature, acting=acting_of(request))
    except SignatureRefused as refused:
        return _page(request, protocol, form, refused=refused, status=422)
    except WrongState:
        messages.warning(request, "Пока вы подписывали, протокол вернули в черновик. Подпись не принята.")
        return redirect("violations:protocol", uid=protocol.uid)
    tell_outcome(request, outcome)
    return redirect("violations:protocol", uid=protocol.uid)


def tell_outcome(request: HttpRequest, outcome: Outcome) -> None:
    """What a signature brought about, in words on the next page."""
    if isinstance(outcome, Returned):
        told = conflicts.told(outcome.conflicts)
        messages.error(
            request,
            f"Протокол не отправлен: пока он ждал подписи, изменились сведения о рабочих местах ({told}). "
            "Он снова черновик, конфликты отмечены.",
        )
    elif isinstance(outcome, Collected):
        names = ", ".join(sorted(turn.person for turn in outcome.turns))
        messages.success(request, f"Подпись принята: {names}.")
    elif outcome.again:
        messages.info(request, "Протокол уже отправлен, повторная отправка ничего не изменила.")


def _page(
    request: HttpRequest,
    protocol: CommissionProtocol,
    form: SignatureForm,
    *,
    refused: SignatureRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "protocol": protocol,
        "asked": protocol.request,
        "places": protocol.rows.count(),
        "reports": reports_of(protocol),
        "form": form,
        "refused": refused,
        "document_url": reverse("violations:protocol_document", args=[protocol.uid]),
    }
    return render(request, "violations/protocol_sign.html", context, status=status)
