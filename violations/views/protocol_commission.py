"""Signatures of the commission: members in any order, then the chairman; each by a certificate of his own.

Who has the right to read the protocol may sign as himself, or bring the file of a member who signed elsewhere: whose signature
it is, the certificate says.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.acting import acting_of
from core.doors import door
from core.moves import WrongState
from signatures.actions import decline_turn
from signatures.forms import SignatureForm
from signatures.matching import current_stage, is_named
from signatures.models import SignerTurn
from signatures.opinions import dissents
from signatures.refusals import SignatureRefused
from violations.protocols.actions import Sent, sign_and_send
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import opinion_turns, turns_of, waits_for_commission
from violations.protocols.states import ProtocolState
from violations.views.opinion_form import OpinionForm
from violations.views.protocol_sign import tell_outcome
from violations.views.scope import PROTOCOL_MAKERS, PROTOCOL_READERS, SIGN, own_protocol

TOO_LATE = "Отказ не отмечен: этот член комиссии уже подписал протокол или отказ отметили раньше."
RETURNED = "Пока вы подписывали, протокол вернули в черновик. Подпись не принята."


class DeclineForm(forms.Form):
    """Why a member does not sign."""

    turn = forms.TypedChoiceField(label="Кто не подписывает", coerce=int)
    why = forms.CharField(
        label="Почему член комиссии не подписывает",
        max_length=1000,
        error_messages={"required": "Укажите причину: например, в отпуске до 12.12.2026 или не согласен с решением."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, turns: Sequence[SignerTurn], data: QueryDict | None = None) -> None:
        super().__init__(data)
        field = self.fields["turn"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(turn.pk, turn.person) for turn in turns]


@door(read=["GET"], write=["POST"], right=PROTOCOL_READERS)
def protocol_commission(request: HttpRequest, uid: UUID) -> HttpResponse:
    protocol = own_protocol(request, uid)
    if not is_asked(protocol):
        return redirect("violations:protocol", uid=uid)
    if request.method != "POST":
        if not waits_for_commission(protocol):
            return redirect("violations:protocol", uid=uid)  # there it says whose turn it is
        return commission_page(request, protocol)
    form = SignatureForm(request.POST, request.FILES)
    if not waits_for_commission(protocol):
        messages.info(request, "Члены комиссии уже подписали протокол.")
        return redirect("violations:protocol", uid=uid)
    if not form.is_valid():
        return commission_page(request, protocol, form, status=422)
    try:
        outcome = sign_and_send(protocol, form.signature_bytes, acting=acting_of(request))
    except SignatureRefused as refused:
        return commission_page(request, protocol, form, refused=refused, status=422)
    except WrongState:
        messages.warning(request, RETURNED)
        return redirect("violations:protocol", uid=uid)
    tell_outcome(request, outcome)
    goes_on = not isinstance(outcome, Sent) and waits_for_commission(outcome.protocol)
    return redirect("violations:protocol_commission" if goes_on else "violations:protocol", uid=uid)


@door(write=["POST"], right=PROTOCOL_MAKERS)
def protocol_decline(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note that a member does not sign. The chairman cannot be left out: his protocol goes back to a draft."""
    protocol = own_protocol(request, uid)
    if not is_asked(protocol) or protocol.request is None:
        return redirect("violations:protocol", uid=uid)
    form = DeclineForm(_declinable(turns_of(protocol)), request.POST)
    if "turn" in form.errors:
        messages.warning(request, TOO_LATE)
        return redirect("violations:protocol_commission", uid=uid)
    if not form.is_valid():
        return commission_page(request, protocol, decline=form, status=422)
    try:
        turn = decline_turn(
            protocol.request, form.cleaned_data["turn"], acting=acting_of(request), why=form.cleaned_data["why"]
        )
    except SignerTurn.DoesNotExist:
        messages.warning(request, TOO_LATE)
    except SignatureRefused as refused:
        messages.warning(request, refused.text)
    else:
        messages.success(request, f"Отмечено, что не подписывает: {turn.person}.")
    return redirect("violations:protocol_commission", uid=uid)


def is_asked(protocol: CommissionProtocol) -> bool:
    return protocol.state == ProtocolState.SIGNING and protocol.commission_signs


def _declinable(turns: Sequence[SignerTurn]) -> list[SignerTurn]:
    """Whose turn it is and whose signature the protocol can do without."""
    return [turn for turn in current_stage(turns) if turn.may_decline]


def commission_page(
    request: HttpRequest,
    protocol: CommissionProtocol,
    form: SignatureForm | None = None,
    *,
    refused: SignatureRefused | None = None,
    decline: DeclineForm | None = None,
    opinion: OpinionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    turns = turns_of(protocol)
    opinions = dissents(protocol.request)
    now = {turn.pk for turn in current_stage(turns)} if waits_for_commission(protocol) else set()
    acting = acting_of(request)
    may_decline = any(acting.holds(right) for right in PROTOCOL_MAKERS)
    mine = [turn for turn in turns if is_named(turn, acting.user)]
    free = opinion_turns([turn for turn in turns if turn.pk not in {each.turn.pk for each in opinions}], acting)
    context = {
        "protocol": protocol,
        "is_mine": any(turn.pk in now for turn in mine),
        "opinions": opinions,
        "unsigned_opinions": {each.turn.pk for each in opinions if each.signature is None},
        "own_waiting": [each for each in opinions if each.signature is None and each.turn in mine],
        "opinion": opinion or (OpinionForm(free, own=mine) if free else None),
        "asked": protocol.request,
        "turns": turns,
        "now": now,
        "declinable": may_decline and _declinable(turns),
        "sends": acting.holds(SIGN) and len([turn for turn in turns if turn.is_waiting]) == 2,
        "form": form or SignatureForm(),
        "decline": decline or DeclineForm(_declinable(turns)),
        "refused": refused,
        "document_url": reverse("violations:protocol_document", args=[protocol.uid]),
    }
    return render(request, "violations/protocol_commission.html", context, status=status)
