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
from signatures.actions import LONGEST_OPINION, decline_turn
from signatures.forms import SIGNING_FORM, SignatureForm
from signatures.matching import current_stage, name_key
from signatures.models import SignerTurn
from signatures.refusals import SignatureRefused
from violations.protocols.actions import Sent, sign_and_send
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import turns_of, waits_for_commission
from violations.protocols.states import ProtocolState
from violations.views.protocol_sign import tell_outcome
from violations.views.scope import PROTOCOL_MAKERS, PROTOCOL_READERS, SIGN, own_protocol

TOO_LATE = "Отказ не отмечен: этот член комиссии уже подписал протокол или отказ отметили раньше."
RETURNED = "Пока вы подписывали, протокол вернули в черновик. Подпись не принята."


class MemberSignatureForm(SignatureForm):
    """The signature of a member, with a dissenting opinion where he has one."""

    opinion = forms.CharField(
        label="Особое мнение",
        required=False,
        max_length=LONGEST_OPINION,
        help_text="Заполняет тот, кто не согласен с решением. Текст прилагается к протоколу, подпись стоит под самим протоколом.",
        widget=forms.Textarea(attrs={"rows": 3, "form": SIGNING_FORM}),
    )


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
    if not _is_asked(protocol):
        return redirect("violations:protocol", uid=uid)
    if request.method != "POST":
        if not waits_for_commission(protocol):
            return redirect("violations:protocol", uid=uid)  # there it says whose turn it is
        return _page(request, protocol, MemberSignatureForm())
    form = MemberSignatureForm(request.POST, request.FILES)
    if not waits_for_commission(protocol):
        messages.info(request, "Члены комиссии уже подписали протокол.")
        return redirect("violations:protocol", uid=uid)
    if not form.is_valid():
        return _page(request, protocol, form, status=422)
    try:
        opinion = form.cleaned_data["opinion"]
        outcome = sign_and_send(protocol, form.signature_bytes, acting=acting_of(request), opinion=opinion)
    except SignatureRefused as refused:
        return _page(request, protocol, form, refused=refused, status=422)
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
    if not _is_asked(protocol) or protocol.request is None:
        return redirect("violations:protocol", uid=uid)
    form = DeclineForm(_declinable(turns_of(protocol)), request.POST)
    if "turn" in form.errors:
        messages.warning(request, TOO_LATE)
        return redirect("violations:protocol_commission", uid=uid)
    if not form.is_valid():
        return _page(request, protocol, MemberSignatureForm(), decline=form, status=422)
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


def _is_asked(protocol: CommissionProtocol) -> bool:
    return protocol.state == ProtocolState.SIGNING and protocol.commission_signs


def _declinable(turns: Sequence[SignerTurn]) -> list[SignerTurn]:
    """Whose turn it is and whose signature the protocol can do without."""
    return [turn for turn in current_stage(turns) if turn.may_decline]


def _page(
    request: HttpRequest,
    protocol: CommissionProtocol,
    form: MemberSignatureForm,
    *,
    refused: SignatureRefused | None = None,
    decline: DeclineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    turns = turns_of(protocol)
    now = {turn.pk for turn in current_stage(turns)} if waits_for_commission(protocol) else set()
    acting = acting_of(request)
    may_decline = any(acting.holds(right) for right in PROTOCOL_MAKERS)
    own_name = name_key(acting.user.full_name)
    context = {
        "protocol": protocol,
        "is_mine": any(turn.pk in now and name_key(turn.person) == own_name for turn in turns),
        "asked": protocol.request,
        "turns": turns,
        "now": now,
        "declinable": may_decline and _declinable(turns),
        "sends": acting.holds(SIGN) and len([turn for turn in turns if turn.is_waiting]) == 2,
        "form": form,
        "decline": decline or DeclineForm(_declinable(turns)),
        "refused": refused,
        "document_url": reverse("violations:protocol_document", args=[protocol.uid]),
        "organization": protocol.employer,
    }
    return render(request, "violations/protocol_commission.html", context, status=status)
