"""«Что увидит этот сотрудник»: the real grant, the real menu and the real lists, inside a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from accounts.acting import acting_by
from accounts.models import Grant
from core.frame import visible_items


@dataclass(frozen=True, slots=True)
class Seen:
    """A link of the menu; `count`: rows that its page lists for this person, None where it lists none."""

    section: str
    label: str
    count: int | None


def would_see(make: Callable[[], Grant]) -> list[Seen]:
    """What the person of the grant that `make` creates would see; nothing where it would not be usable: he is blocked, or ЕСИА
    takes him for an employee no more. Nothing of it stays. Raises what `make` raises."""
    with transaction.atomic():
        grant = make()
        seen = seen_by(grant) if Grant.objects.usable().filter(pk=grant.pk).exists() else []
        transaction.set_rollback(True)
    return seen


def seen_by(grant: Grant) -> list[Seen]:
    """What a stored grant lets its person see."""
    acting = acting_by(grant, grant.user)
    return [
        Seen(item.section, item.label, item.rows(acting).count() if item.rows is not None else None)
        for item in visible_items(acting)
    ]
