"""Telling and reading."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.identifiers import holds_snils
from core.notifications.models import Notice, Reading, Topic


def tell(
    organization: Any,
    *,
    text: str,
    url: str,
    action: str,
    key: str,
    topic: Topic,
    why: str = "",
    due_on: date | None = None,
    right: str = "",
    branch: Any = None,
    user: Any = None,
) -> Notice:
    """Put a notice into the bell of an organization's people, or of one `user` of it; the same `key` again changes nothing.

    text: what happened; why: why this reader is told; due_on: by when to act; url and action: the one button; what stands
    before the first colon of `key` is the kind of notice. Text and why go into letters: no names in them; raises ValueError
    for a СНИЛС.
    """
    if holds_snils(text) or holds_snils(why):
        raise ValueError("a notice goes into letters: no СНИЛС in it")
    notice, _ = Notice.objects.get_or_create(
        key=key,
        defaults={
            "organization": organization,
            "branch": branch,
            "text": text,
            "url": url,
            "action": action,
            "right": right,
            "user": user,
            "topic": topic,
            "why": why,
            "due_on": due_on,
        },
    )
    return notice


def mark_read(acting: Any, *, up_to: int, topic: str = "") -> int:
    """Mark everything up to a notice, or all of a topic up to it, as seen by this person."""
    unread = Notice.objects.visible_to(acting).unread_by(acting.user).filter(pk__lte=up_to)
    if topic:
        unread = unread.filter(topic=topic)
    rows = [Reading(notice_id=pk, user=acting.user) for pk in unread.values_list("pk", flat=True)]
    Reading.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def mark_followed(notice: Notice, user: Any) -> None:
    """The button of a notice was followed: this person has seen it."""
    Reading.objects.bulk_create([Reading(notice=notice, user=user)], ignore_conflicts=True)
