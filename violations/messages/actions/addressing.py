"""Naming the recipients of a draft. Whom the inspectorate does not supervise is taken for what does not exist."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from accounts.models import Branch
from violations.messages.actions.drafting import lock_draft, touch
from violations.messages.audience import known_conditions, reachable
from violations.messages.models import Addressee, Message
from violations.messages.states import Audience


@transaction.atomic
def choose(
    message: Message, *, acting: Any, organizations: Collection[int] = (), branches: Collection[int] = ()
) -> int:
    """Add organizations and branches by id; returns how many were added. Ids of others than those whom the message may reach add
    nothing.

    A draft whose recipients were given by conditions begins a list of names. Raises WrongState when it is no draft.
    """
    fresh = lock_draft(message)
    theirs = reachable(fresh, acting)
    wanted: set[tuple[int, int | None]] = {
        (pk, None) for pk in theirs.filter(pk__in=organizations).values_list("pk", flat=True)
    }
    found = Branch.objects.filter(pk__in=branches, organization__in=theirs)
    wanted |= set(found.values_list("organization_id", "pk"))
    known = set(Addressee.objects.filter(message=fresh).values_list("organization_id", "branch_id"))
    added = [
        Addressee(message=fresh, organization_id=organization, branch_id=branch)
        for organization, branch in sorted(wanted - known, key=lambda pair: (pair[0], pair[1] or 0))
    ]
    Addressee.objects.bulk_create(added, ignore_conflicts=True)
    if added or (wanted and fresh.audience != Audience.CHOSEN):
        _by_name(fresh)
        touch(fresh, acting=acting, event="message.addressed", added=len(added))
    return len(added)


@transaction.atomic
def choose_all(message: Message, *, acting: Any, filters: Mapping[str, str]) -> Message:
    """Let the recipients be all supervised organizations that meet the conditions when the message is sent.

    Conditions that this person may not use are left out. Raises WrongState when it is no draft.
    """
    fresh = lock_draft(message)
    allowed = known_conditions(acting)
    kept = {name: value for name, value in filters.items() if value and name in allowed}
    if fresh.audience == Audience.FILTERED and fresh.filters == kept:
        return fresh
    Addressee.objects.filter(message=fresh).delete()
    fresh.audience, fresh.filters = Audience.FILTERED, kept
    fresh.save(update_fields=["audience", "filters"])
    touch(fresh, acting=acting, event="message.addressed", filters=sorted(kept))
    return fresh


@transaction.atomic
def leave_out(message: Message, *, acting: Any, addressees: Collection[int] | None = None) -> int:
    """Take addressees (pk) off, or everybody (None), the conditions too. Raises WrongState when it is no draft."""
    fresh = lock_draft(message)
    rows = Addressee.objects.filter(message=fresh)
    removed, _ = (rows if addressees is None else rows.filter(pk__in=addressees)).delete()
    was_filtered = addressees is None and fresh.audience == Audience.FILTERED
    if was_filtered:
        _by_name(fresh)
    if removed or was_filtered:
        touch(fresh, acting=acting, event="message.addressed", removed=removed)
    return removed


def _by_name(message: Message) -> None:
    message.audience, message.filters = Audience.CHOSEN, {}
    message.save(update_fields=["audience", "filters"])
