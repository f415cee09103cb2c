"""«Выход»: here, and in ЕСИА."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts import actions
from accounts.esia.provider import absolute
from accounts.esia.signing import logout_url
from core.doors import door


@door(write=["POST"], signed_in=True)
def sign_out(request: HttpRequest) -> HttpResponse:
    return leave(request)


def leave(request: HttpRequest) -> HttpResponse:
    """The session ends before ЕСИА is asked: whatever happens there, this browser is out here."""
    actions.sign_out(request.user, here=request.sign_in)  # type: ignore[arg-type,attr-defined]  # behind a door for signed-in people
    logout(request)
    return HttpResponseRedirect(logout_url(absolute("accounts:start")))
