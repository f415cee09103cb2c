"""«Госуслуги (ЕСИА)» as a provider of django-allauth.

allauth keeps the state, the callback and the session; ЕСИА's own ways replace the rest: a signature per request instead of
a constant secret, a UUID state, a fixed scope, tokens checked by our rules, person and roles from its REST interface.
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.esia.config import esia
from accounts.esia.rest import read_person
from accounts.esia.signing import authorize_url, exchange_code, new_state
from accounts.esia.tokens import verify_pair

PROVIDER_ID = "esia"


def absolute(url_name: str) -> str:
    """An address ЕСИА sends the browser back to: by the canonical address, never by the Host header of a request."""
    return f"{settings.PUBLIC_URL}{reverse(url_name)}"


class EsiaClient(OAuth2Client):
    """Both requests are signed; the secret of allauth's constructor is not used."""

    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, Any]) -> str:
        return authorize_url(state=self.state, redirect_uri=self.callback_url)

    def get_access_token(
        self, code: str, pkce_code_verifier: str | None = None, extra_data: dict[str, Any] | None = None
    ) -> dict[str, str]:
        return exchange_code(code, redirect_uri=self.callback_url)


class EsiaAdapter(OAuth2Adapter):
    provider_id = PROVIDER_ID
    client_class = EsiaClient

    @property
    def access_token_url(self) -> str:
        return esia().token_url

    @property
    def authorize_url(self) -> str:
        return esia().authorize_url

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return absolute("esia_callback")

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """A SocialLogin that carries what ЕСИА said (`esia_person`). All of the network is done before anything is stored."""
        person = read_person(verify_pair(kwargs["response"]))
        login = self.get_provider().sociallogin_from_response(request, {"oid": person.oid})
        login.esia_person = person
        return login


class EsiaAccount(ProviderAccount):
    def to_str(self) -> str:
        return str(self.account.user)


class EsiaProvider(OAuth2Provider):
    id = PROVIDER_ID
    name = "Госуслуги (ЕСИА)"
    account_class = EsiaAccount
    oauth2_adapter_class = EsiaAdapter

    def get_default_scope(self) -> list[str]:
        return list(esia().scope)

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Nobody adds scopes through the query string."""
        return self.get_scope()

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        return self.get_auth_params()

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """allauth's own state is sixteen letters; ЕСИА wants a UUID."""
        return super().redirect(request, process, next_url, data, state_id=new_state(), **kwargs)

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["oid"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing: the person is kept in User and EsiaRole, and there is no second copy."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}


provider_classes = [EsiaProvider]
esia_callback_view = OAuth2CallbackView.adapter_view(EsiaAdapter)
