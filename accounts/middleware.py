"""Who asks, and for whom: the signed-in browser, and `request.acting` from a grant in force, never from a posted id."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from accounts.acting import resolve
from accounts.sessions import SESSION_ROW, close, living

GetResponse = Callable[[HttpRequest], HttpResponse]
SIGN_OUT = "accounts:sign_out"
NOT_SENT = "То, что вы отправили с прошлой страницы, не принято и не сохранено. Войдите и отправьте ещё раз."


class SignInSessionMiddleware:
    """A session whose row has ended is nobody's; the start page then says why, and that a form sent meanwhile was not taken."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sign_in = living(request) if request.user.is_authenticated else None
        request.sign_in = sign_in  # type: ignore[attr-defined]  # our addition to every request
        # a person whose account was closed is nobody for Django at once, and would not be told why
        if sign_in is None and SESSION_ROW in request.session:
            why = close(request)
            messages.warning(request, f"Сеанс завершён. {why}." if why else "Сеанс завершён.")
        elif sign_in is None and request.user.is_authenticated:
            close(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Nobody's POST to a view for signed-in people: the door sends it to the start page, which must tell what was lost."""
        door = getattr(view, "door", None)
        if door is None or door.public or request.user.is_authenticated or request.method not in door.write:
            return
        if request.method != "GET" and request.resolver_match and request.resolver_match.view_name != SIGN_OUT:
            messages.warning(request, NOT_SENT)


def acting(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.acting = resolve(request)  # type: ignore[attr-defined]  # our addition to every request
        return get_response(request)

    return middleware
