"""What people are called in an organization.

Somebody invited by СНИЛС is called there what the inviter typed until ЕСИА names him an employee of it (ADR 9): his own name
would tell whose the СНИЛС is. By his own name he is neither shown there, nor found, nor sorted.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Invitation, Organization, User
from accounts.models.user import name_key_of


def unconfirmed(user: str, organization: Organization | OuterRef) -> Any:
    """Invitations to `organization` of the person in the outer query's column `user`, while they hide his name."""
    return Invitation.objects.unconfirmed().filter(user=OuterRef(user), organization=organization)


def with_name_key(people: QuerySet[User], organization: Organization) -> QuerySet[User]:
    """People with `shown_name_key`: by what each is sorted in this organization."""
    typed = unconfirmed("pk", organization).order_by("-pk").values("name_key")[:1]
    return people.annotate(shown_name_key=Coalesce(Subquery(typed), F("name_key"), output_field=CharField()))


def is_called(text: str, organization: Organization | OuterRef, *, user: str = "pk", name_key: str = "name_key") -> Q:
    """Whose name in this organization holds `text`; «ё» is «е». user, name_key: columns of the query that is narrowed."""
    key, typed = name_key_of(text), unconfirmed(user, organization)
    return Q(~Exists(typed), **{f"{name_key}__contains": key}) | Q(Exists(typed.filter(name_key__contains=key)))


def typed_names(users: Collection[int], organizations: Collection[int]) -> dict[tuple[int, int], str]:
    """(user id, organization id) → what he is called there instead of his own name; one query."""
    rows = Invitation.objects.unconfirmed().filter(user__in=users, organization__in=organizations).order_by("pk")
    return {(each.user_id, each.organization_id): each.full_name for each in rows}
