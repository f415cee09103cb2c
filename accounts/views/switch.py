"""Another organization without a new sign-in: from the menu in the page's head."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.acting import act_by, is_confirmed
from accounts.actions import choose_grant
from accounts.models import User
from accounts.selectors import role_of_grant, usable_grants
from accounts.views.esia_organization import begin
from core import landing
from core.doors import door


@door(write=["POST"], signed_in=True)
def switch(request: HttpRequest, grant_id: int) -> HttpResponse:
    """At once where ЕСИА has confirmed the organization in this session, else by the silent authorization."""
    user: User = request.user  # type: ignore[assignment]  # the door lets in signed-in people only
    grant = next((each for each in usable_grants(user) if each.pk == grant_id), None)
    if grant is None:
        raise Http404
    if is_confirmed(request, grant.organization_id):
        choose_grant(grant, actor=user)
        act_by(request, grant)
        return redirect(landing.take(request, "accounts:home"))
    role = role_of_grant(user, grant)
    if role is None:
        return redirect("accounts:organizations")
    return begin(request, role, grant)
