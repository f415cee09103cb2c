"""Who reads the notices of an organization. accounts knows the people; it fills this registry, so that core names no grant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.acting import ActingLike
from core.notifications.models import Address, Notice

# organization id, user id or None for everybody → one acting for each grant that is usable now
Readers = Callable[[int, int | None], Iterable[Any]]
_readers: list[Readers] = []


def register_readers(find: Readers) -> None:
    """Called from AppConfig.ready of the app that knows who has access."""
    if find not in _readers:
        _readers.append(find)


def readers(organization_id: int, user_id: int | None = None) -> list[ActingLike]:
    """Everybody, or one person, as he acts for the organization: one acting a grant, so a person may come twice."""
    return [acting for find in _readers for acting in find(organization_id, user_id)]


def reader_of(notice: Notice, user: Any) -> ActingLike | None:
    """As whom this person sees the notice today, by the very rule of the bell; None when he does not."""
    for acting in readers(notice.organization_id, user.pk):
        if Notice.objects.visible_to(acting).filter(pk=notice.pk).exists():
            return acting
    return None


def email_of(user: Any) -> str:
    """The person's own confirmed address, else the one that ЕСИА states, else ""."""
    own = Address.objects.confirmed().filter(user=user).values_list("email", flat=True).first()
    return own or user.email
