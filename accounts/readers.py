"""Who reads an organization's notices: people with usable grants, as they act by them. Fills core.notifications.readers."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from accounts.acting import Acting, acting_by
from accounts.models import Grant
from accounts.names import unconfirmed


def actings_in(organizations: Collection[int], users: Collection[int] | None) -> list[Acting]:
    """One acting for each usable grant in the organizations (ids), of everybody or of these persons; one query.

    Whom ЕСИА has not named an employee yet is told nothing of the organization: a СНИЛС typed wrong is a stranger's.
    """
    grants = Grant.objects.usable().filter(organization__in=organizations)
    grants = grants.filter(~Exists(unconfirmed("user", OuterRef("organization"))))
    if users is not None:
        grants = grants.filter(user__in=users)
    rows = grants.select_related("user", "organization", "branch").order_by("user", "-is_admin", "pk")
    return [acting_by(grant, grant.user) for grant in rows]
