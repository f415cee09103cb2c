"""`request.acting`: for whom the person acts, from a grant in force, never from a posted id."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.acting import resolve


def acting(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.acting = resolve(request)  # type: ignore[attr-defined]  # our addition to every request
        return get_response(request)

    return middleware
