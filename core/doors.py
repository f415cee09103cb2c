"""The door: one line above a view says its methods, whether it writes, and which right it takes.

    @door(read=["GET"], write=["POST"], right="sout_org.import_reports")

A view without a door fails a system check (`core.checks`). Read methods run in a READ ONLY transaction, so a GET that
writes fails in tests and in production alike.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.urls import resolve
from django_htmx.http import HttpResponseClientRedirect

from core import landing
from core.streaming import while_in_force

View = Callable[..., HttpResponseBase]
SIGNED_OUT = "Сеанс завершён, отправленное не принято. Войдите снова."


@dataclass(frozen=True, slots=True)
class Door:
    """What a view may do. Exactly one of `public`, `signed_in` or neither (then an acting organization is needed)."""

    read: tuple[str, ...]
    write: tuple[str, ...]
    rights: tuple[str, ...]  # any one of them opens
    public: bool
    signed_in: bool

    @property
    def methods(self) -> tuple[str, ...]:
        return self.read + self.write


def door(
    *,
    read: Sequence[str] = (),
    write: Sequence[str] = (),
    right: str | Sequence[str] | None = None,
    public: bool = False,
    signed_in: bool = False,
) -> Callable[[View], View]:
    """State who enters a view and what it may do.

    right: a code of accounts.rights, or several of which one is enough; None with neither `public` nor `signed_in`
    means: anybody who acts for an organization. Raises ValueError at import where the words contradict each other.
    """
    rights = (right,) if isinstance(right, str) else tuple(right or ())
    if public and (signed_in or rights):
        raise ValueError("a public door takes no right")
    if signed_in and rights:
        raise ValueError("a right belongs to an acting organization: leave out signed_in")
    if not read and not write:
        raise ValueError("a door without methods is a wall")
    reading = tuple(read) + (("HEAD",) if "GET" in read and "HEAD" not in read else ())
    stated = Door(reading, tuple(write), tuple(str(code) for code in rights), public, signed_in)

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in stated.methods:
                return HttpResponseNotAllowed(stated.methods, render_to_string("405.html", request=request))
            refusal = _refusal(request, stated)
            if refusal is not None:
                return refusal
            if request.method in stated.write:
                response = view(request, *args, **kwargs)
            else:
                response = _read_only(view, request, *args, **kwargs)
            access = getattr(request, "acting", None) or getattr(request, "sign_in", None)
            return response if stated.public or access is None else while_in_force(response, access)

        guarded.door = stated  # type: ignore[attr-defined]  # the system check and the permission test read it
        return guarded

    return decorate


def _read_only(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        response = view(request, *args, **kwargs)
        if hasattr(response, "render") and callable(response.render):
            response.render()
        return response


def _refusal(request: HttpRequest, stated: Door) -> HttpResponse | None:
    if stated.public:
        return None
    if not request.user.is_authenticated:
        return _to_sign_in(request)
    if stated.signed_in:
        return None
    acting = getattr(request, "acting", None)
    if acting is None:
        return _elsewhere(request, settings.LOGIN_REDIRECT_URL)
    if not stated.rights or any(acting.holds(code) for code in stated.rights):
        return None
    return no_right(request, stated.rights[0])


def _elsewhere(request: HttpRequest, to: str) -> HttpResponse:
    """The whole page goes there: an ordinary redirect would put it into the fragment that htmx has asked for."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(resolve_url(to))
    return redirect(to)


def lets_in(url: str, acting: Any) -> bool:
    """Whether the door behind a URL of ours opens to somebody acting, by his rights. Which rows he finds behind it is
    another question: that of `visible_to`. Raises Resolver404 for what is no URL of ours."""
    stated: Door = resolve(url.partition("?")[0]).func.door  # type: ignore[attr-defined]  # every view has one
    return not stated.rights or any(acting.holds(code) for code in stated.rights)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The start page. A script's request must not take that page for its answer, nor use up the message that waits on it."""
    by_htmx = request.headers.get("HX-Request") == "true"
    if not by_htmx and request.headers.get("X-Requested-With") != "XMLHttpRequest":
        gone = redirect(settings.LOGIN_URL)
        return landing.mark(gone, request) if request.method == "GET" else gone
    told = HttpResponse(SIGNED_OUT, status=401, content_type="text/plain; charset=utf-8")
    if by_htmx:
        told["HX-Redirect"] = resolve_url(settings.LOGIN_URL)  # htmx takes the whole page there
    return told


def no_right(request: HttpRequest, right: str) -> HttpResponse:
    """403 page: names the missing right by its label and the people of the organization who can grant it. A right that an
    organization of this kind never has is nobody's to grant, and the page says so."""
    acting = request.acting  # type: ignore[attr-defined]  # set by accounts.middleware.acting
    granters = acting.granters(right) if acting.can_be_given(right) else None
    context = {"right_code": right, "right_label": acting.label(right), "granters": granters}
    return render(request, "no_right.html", context, status=403)
