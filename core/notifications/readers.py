"""Who reads the notices of an organization. accounts knows the people; it fills this registry, so that core names no grant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from core.acting import ActingLike
from core.notifications.models import Address, Notice

# organization ids, user ids or None for everybody → one acting for each grant that is usable now; one query
Readers = Callable[[Collection[int], Collection[int] | None], Iterable[Any]]
_readers: list[Readers] = []


def register_readers(find: Readers) -> None:
    """Called from AppConfig.ready of the app that knows who has access."""
    if find not in _readers:
        _readers.append(find)


def readers(organizations: Collection[int], users: Collection[int] | None = None) -> list[ActingLike]:
    """Everybody, or these persons, as they act for the organizations: one acting a grant, so a person may come twice."""
    return [acting for find in _readers for acting in find(organizations, users)]


def reader_of(notice: Notice, user: Any) -> ActingLike | None:
    """As whom this person sees the notice today, by the very rule of the bell; None when he does not."""
    return next((acting for acting in readers([notice.organization_id], [user.pk]) if notice.is_seen_by(acting)), None)


def keepers(addresses: Collection[Address]) -> list[ActingLike]:
    """Those who answer for addresses of organizations, as they act today; one query."""
    organizations = {each.organization_id for each in addresses if each.organization_id is not None}
    return readers(organizations, {each.keeper_id for each in addresses}) if organizations else []


def email_of(user: Any) -> str:
    """The person's own confirmed address, else the one that ЕСИА states, else ""."""
    own = Address.objects.confirmed().filter(user=user).values_list("email", flat=True).first()
    return own or user.email
