"""«Выход»: here, and in ЕСИА."""

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.esia.provider import absolute
from accounts.esia.signing import logout_url
from accounts.models import Ended, SignInSession
from core.doors import door
from core.journal import record


@door(write=["POST"], signed_in=True)
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends before ЕСИА is asked: whatever happens there, this browser is out here."""
    with transaction.atomic():
        SignInSession.objects.filter(pk=request.sign_in.pk).end(Ended.SIGNED_OUT)  # type: ignore[attr-defined]  # middleware
        record("person.signed_out", request.user, actor=request.user)  # type: ignore[arg-type]  # signed in, so a model
    logout(request)
    return HttpResponseRedirect(logout_url(absolute("accounts:start")))
