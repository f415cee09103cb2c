"""Choosing an organization: a second, silent authorization in ЕСИА with the organization's scopes.

The roles of the sign-in hold no ИНН and no КПП. The second authorization brings them, and shows that ЕСИА still knows the
person as the organization's employee. The state is bound to the session, used once, and holds what was chosen.
"""

from __future__ import annotations

import logging

from allauth.core.internal import ratelimit  # its public face never counts a GET
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from accounts.acting import act_by, confirm
from accounts.actions import GrantRefused, open_organization, sync_roles_from_esia
from accounts.esia.choice import Choice, recall, remember
from accounts.esia.config import esia
from accounts.esia.kept_token import keep
from accounts.esia.problems import EsiaProblem, problem_of_answer, problem_page
from accounts.esia.provider import absolute
from accounts.esia.rest import read_organization, read_roles
from accounts.esia.signing import authorize_url, exchange_code
from accounts.esia.tokens import verify_pair
from accounts.models import EsiaRole, Grant, User
from accounts.selectors import chosen_entry, why_not_entered
from core import landing
from core.doors import door

CALLBACK = "accounts:esia_organization_callback"
RATE_ACTION = "esia_organization"

log = logging.getLogger(__name__)


@door(write=["POST"], signed_in=True)
def esia_organization(request: HttpRequest) -> HttpResponse:
    """POST role=<id> and, where access stands on a grant, grant=<id>."""
    user: User = request.user  # type: ignore[assignment]  # the door lets in signed-in people only
    chosen = chosen_entry(user, role=request.POST.get("role", ""), grant=request.POST.get("grant", ""))
    if chosen is None:
        raise Http404
    return begin(request, *chosen)


def begin(request: HttpRequest, role: EsiaRole, grant: Grant | None) -> HttpResponse:
    """Send the browser to ЕСИА for the organization of `role`."""
    try:
        return HttpResponseRedirect(address_in_esia(request, role, grant))
    except EsiaProblem as problem:
        log.warning("No request to ЕСИА: %s (%s)", problem.kind, problem)
        return problem_page(request, problem)


def address_in_esia(request: HttpRequest, role: EsiaRole, grant: Grant | None, then: str = "") -> str:
    """Where the browser asks ЕСИА for the organization of `role`; it comes back to the page `then`. Raises EsiaProblem."""
    # a GET too: that of the picker with a token that has ended, or a page that is reloaded again and again
    if ratelimit.consume(request, app="allauth.account", action=RATE_ACTION, limit_get=True) is None:
        raise EsiaProblem("too_often")
    state = remember(request, Choice(org_oid=role.org_oid, role=role.pk, grant=grant.pk if grant else None, then=then))
    scopes = esia().organization_scopes(role.org_oid)
    return authorize_url(state=state, redirect_uri=absolute(CALLBACK), organization_scopes=scopes)


@door(write=["GET"], signed_in=True)
def esia_organization_callback(request: HttpRequest) -> HttpResponse:
    try:
        grant, choice = _finish(request)
    except EsiaProblem as problem:
        log.warning("ЕСИА authorization for an organization failed: %s (%s)", problem.kind, problem)
        return problem_page(request, problem)
    except GrantRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:organizations")
    if grant is None:
        messages.error(request, why_not_entered(request.user, choice.org_oid))  # type: ignore[arg-type]  # signed-in
        return redirect("accounts:organizations")
    act_by(request, grant)
    confirm(request, grant.organization_id)
    return redirect(choice.then or landing.take(request, "accounts:home"))


def _finish(request: HttpRequest) -> tuple[Grant | None, Choice]:
    """All of the network first, then one transaction: what to act by, and what was chosen. Raises EsiaProblem,
    GrantRefused."""
    choice = recall(request, request.GET.get("state", ""))
    if choice is None:
        raise EsiaProblem("state")
    code = request.GET.get("code")
    if code is None or "error" in request.GET:
        raise problem_of_answer(request.GET.get("error", ""), request.GET.get("error_description", ""))
    user: User = request.user  # type: ignore[assignment]  # the door lets in signed-in people only
    scopes = esia().organization_scopes(choice.org_oid)
    verified = verify_pair(exchange_code(code, redirect_uri=absolute(CALLBACK), organization_scopes=scopes))
    if verified.oid != user.esia_oid:
        raise EsiaProblem("other_person", "ЕСИА answers about another person than the session's")
    said = read_organization(verified, choice.org_oid)
    roles = read_roles(verified)
    with transaction.atomic():
        sync_roles_from_esia(user, roles)
        role = EsiaRole.objects.live().filter(user=user, pk=choice.role).first()
        if role is None:
            raise EsiaProblem("not_employee", "the role is gone since the sign-in")
        grant = Grant.objects.filter(user=user, pk=choice.grant).first() if choice.grant is not None else None
        opened = open_organization(said, role=role, grant=grant)
    keep(request, choice.org_oid, verified)
    return opened, choice
