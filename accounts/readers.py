"""Who reads an organization's notices: people with usable grants, as they act by them. Fills core.notifications.readers."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from accounts.acting import Acting, acting_by
from accounts.models import Grant
from accounts.names import unconfirmed


def actings_in(organization_id: int, user_id: int | None) -> list[Acting]:
    """One acting for each usable grant in the organization, of everybody or of one person; one query.

    Whom ЕСИА has not named an employee yet is told nothing of the organization: a СНИЛС typed wrong is a stranger's.
    """
    grants = Grant.objects.usable().filter(organization=organization_id)
    grants = grants.filter(~Exists(unconfirmed("user", OuterRef("organization"))))
    if user_id is not None:
        grants = grants.filter(user=user_id)
    rows = grants.select_related("user", "organization", "branch").order_by("user", "-is_admin", "pk")
    return [acting_by(grant, grant.user) for grant in rows]
