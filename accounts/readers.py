"""Who reads an organization's notices: people with usable grants, as they act by them. Fills core.notifications.readers."""

from __future__ import annotations

from collections.abc import Collection

from accounts.acting import Acting, acting_by
from accounts.models import Grant


def actings_in(organizations: Collection[int], users: Collection[int] | None) -> list[Acting]:
    """One acting for each usable grant in the organizations (ids), of everybody or of these persons; one query."""
    grants = Grant.objects.usable().filter(organization__in=organizations)
    if users is not None:
        grants = grants.filter(user__in=users)
    rows = grants.select_related("user", "organization", "branch").order_by("user", "-is_admin", "pk")
    return [acting_by(grant, grant.user) for grant in rows]
