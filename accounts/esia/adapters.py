"""Where django-allauth meets our accounts: one application from the settings, our people, our pages of problems."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest

from accounts.actions import sign_in_from_esia
from accounts.esia.config import esia
from accounts.esia.problems import EsiaProblem, problem_of_answer, problem_page
from accounts.models import User

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up, no stage stands between ЕСИА and the cabinet, and allauth's English messages are not shown."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return []

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        return None


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """One system in ЕСИА, named in the settings: no query, and nothing to keep in the database."""
        config = esia()
        return [SocialApp(provider="esia", provider_id="esia", name="ЕСИА", client_id=config.client_id, secret="")]

    def new_user(self, request: HttpRequest, sociallogin: Any) -> User:
        return User()

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> User:
        """Left empty: accounts.actions finds or makes the person."""
        return sociallogin.user

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Store the person and roles in one transaction; allauth then finds an existing user and only opens the session."""
        user, account = sign_in_from_esia(sociallogin.esia_person)
        if not user.is_active:
            raise ImmediateHttpResponse(problem_page(request, EsiaProblem("not_found")))
        sociallogin.user = user
        sociallogin.account = account

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Every way the sign-in can fail, as a page of its own."""
        problem = _problem(request, error, exception, extra_context or {})
        log.warning("ЕСИА sign-in failed: %s (%s)", problem.kind, problem)
        raise ImmediateHttpResponse(problem_page(request, problem))


def _problem(
    request: HttpRequest, error: Any, exception: Exception | None, extra_context: dict[str, Any]
) -> EsiaProblem:
    if isinstance(exception, EsiaProblem):
        return exception
    if exception is not None:
        return EsiaProblem("unavailable", type(exception).__name__)
    if "state" not in extra_context:
        # allauth found no such state in this session
        return EsiaProblem("state")
    if error == AuthError.CANCELLED or "error" in request.GET:
        return problem_of_answer(request.GET.get("error", ""), request.GET.get("error_description", ""))
    return EsiaProblem("garbage", "ЕСИА sent the browser back with neither code nor error")
