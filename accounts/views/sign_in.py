"""«Вход в систему»: off to ЕСИА."""

from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.esia.problems import EsiaProblem, problem_page
from accounts.esia.provider import PROVIDER_ID
from core.doors import door

# The callback needs no limit of its own: it takes a state of this session, and each state is used once.
RATE_ACTION = "esia_sign_in"


@door(read=["GET"], write=["POST"], public=True)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Only a POST begins: a link on somebody else's page must not. The address typed by hand leads to the start page."""
    if request.method != "POST":
        return redirect("accounts:start")
    if not ratelimit.consume(request, action=RATE_ACTION):
        return problem_page(request, EsiaProblem("too_often"))
    provider = get_adapter().get_provider(request, PROVIDER_ID)
    return provider.redirect(request, process=AuthProcess.LOGIN)
