"""Who asks, and for whom: the signed-in browser, and `request.acting` from a grant in force, never from a posted id."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from accounts.acting import resolve
from accounts.sessions import close, living

GetResponse = Callable[[HttpRequest], HttpResponse]


def sign_in_session(get_response: GetResponse) -> GetResponse:
    """A session whose row has ended is nobody's; the start page then says why."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.sign_in = None  # type: ignore[attr-defined]  # our addition to every request
        if request.user.is_authenticated:
            request.sign_in = living(request)  # type: ignore[attr-defined]  # as above
            if request.sign_in is None:  # type: ignore[attr-defined]  # as above
                why = close(request)
                messages.warning(request, f"Сеанс завершён. {why}. Войдите снова." if why else "Войдите снова.")
        return get_response(request)

    return middleware


def acting(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.acting = resolve(request)  # type: ignore[attr-defined]  # our addition to every request
        return get_response(request)

    return middleware
