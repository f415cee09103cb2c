"""What a person chooses, and what that means for letters that already wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.journal import record
from core.notifications.models import Fate, Letter, LetterState, Preferences, Way
from core.versions import put, take


@transaction.atomic
def save_preferences(
    user: Any,
    *,
    ways: Mapping[str, str],
    digest_at: time,
    quiet_from: time | None,
    quiet_until: time | None,
    version: int,
) -> Preferences:
    """Keep the choice of a person; letters that wait go by it from now on. Raises core.versions.Stale."""
    row, _ = Preferences.objects.get_or_create(user=user)
    fresh = take(row, version)
    wanted = {
        "ways": dict(ways),
        "digest_at": digest_at,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }
    changed = put(fresh, wanted)
    if changed:
        _plan_anew(fresh)
        record("notices.preferences_saved", fresh, actor=user, fields=changed)
    return fresh


def _plan_anew(preferences: Preferences) -> None:
    """Letters of this person that no worker holds at the moment."""
    now = timezone.now()
    waiting = Letter.objects.filter(user=preferences.user_id, state=LetterState.WAITING)
    free = waiting.filter(Q(leased_until=None) | Q(leased_until__lt=now))
    rows = free.select_for_update(of=("self",), no_key=True, skip_locked=True).select_related("notice")
    for letter in rows.order_by("pk"):
        assert letter.notice is not None  # letters to people are about notices
        letter.way = preferences.way(letter.notice.topic)
        letter.due_at = preferences.due(Way(letter.way), now)
        if letter.way == Way.BELL:
            letter.state, letter.fate = LetterState.DROPPED, Fate.BELL
        letter.save(update_fields=["way", "due_at", "state", "fate"])
