"""Links in letters to addresses: confirm one, or want no more letters. Open to whoever reads the mailbox."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from core.doors import door
from core.notifications import links
from core.notifications.addresses import confirm_address, remove_address

# A GET only shows a button: programs that look into mail follow links, and must not confirm anything.


@door(read=["GET"], write=["POST"], public=True)
def address_confirm(request: HttpRequest, token: str) -> HttpResponse:
    try:
        address = links.address_of_confirm(token)
    except links.LinkExpired:
        return _page(request, "expired", status=410)
    if address is None:
        raise Http404
    if request.method == "POST":
        done = confirm_address(address, actor=_person(request))
        return _page(request, "confirmed" if done else "expired", address)
    return _page(request, "confirmed" if address.is_confirmed else "ask", address)


@door(read=["GET"], write=["POST"], public=True)
def address_stop(request: HttpRequest, token: str) -> HttpResponse:
    address = links.address_of_stop(token)
    if address is None:
        raise Http404
    if request.method == "POST":
        remove_address(address, actor=_person(request))
        return _page(request, "stopped", address)
    return _page(request, "stop", address)


def _person(request: HttpRequest) -> object:
    """Who followed the link, where he is known."""
    return request.user if request.user.is_authenticated else None


def _page(request: HttpRequest, stage: str, address: object = None, *, status: int = 200) -> HttpResponse:
    return render(request, "core/address.html", {"stage": stage, "address": address}, status=status)
