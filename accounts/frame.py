"""What the page's head shows of accounts: the organizations to switch to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.acting import Acting, acting_by
from accounts.rights import Right
from accounts.selectors import usable_grants


def choices(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `acting_choices`, a list of {label, url, current}; asked only by pages that show the menu (one query)."""
    acting: Acting | None = getattr(request, "acting", None)

    def acting_choices() -> list[dict[str, Any]]:
        if acting is None:
            return []
        return [
            {
                "label": acting_by(grant, acting.user).name,
                "url": reverse("accounts:switch", args=[grant.pk]),
                "current": grant.pk == acting.grant.pk,
            }
            for grant in usable_grants(acting.user)
        ]

    may_administer = acting is not None and acting.holds(Right.ACCESS)
    return {"acting_choices": acting_choices, "may_administer": may_administer}
