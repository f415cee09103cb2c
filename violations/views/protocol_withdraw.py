"""«Удалить черновик» and «Вернуть в черновик»."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.acting import acting_of
from core.doors import door
from core.moves import WrongState
from violations.flags.selectors import PREPARE
from violations.protocols.actions import return_to_draft, withdraw
from violations.views.scope import PROTOCOL_MAKERS, own_protocol

SENT = "Протокол уже отправлен: изменить или удалить его нельзя. Новое решение оформляют новым протоколом."


@door(write=["POST"], right=PREPARE)
def protocol_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    protocol = own_protocol(request, uid)
    try:
        withdraw(protocol, acting=acting_of(request))
    except WrongState:
        messages.error(request, SENT)
        return redirect("violations:protocol", uid=uid)
    messages.success(request, f"Черновик протокола {protocol} удалён. Признаки остались непогашенными.")
    return redirect("violations:protocols")


@door(write=["POST"], right=PROTOCOL_MAKERS)
def protocol_return(request: HttpRequest, uid: UUID) -> HttpResponse:
    protocol = own_protocol(request, uid)
    acting = acting_of(request)
    try:
        returned = return_to_draft(protocol, acting=acting)
    except WrongState as stands:
        if stands.state == "applied":
            messages.error(request, SENT)
        return redirect("violations:protocol", uid=uid)
    messages.info(request, f"Протокол {returned} снова черновик: подготовленный документ больше не подписывается.")
    if acting.holds(PREPARE):
        return redirect("violations:protocol_edit", uid=uid)
    return redirect("violations:protocol", uid=uid)
