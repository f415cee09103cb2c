"""Telling and reading."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NotRequired, TypedDict, Unpack

from django.utils.text import Truncator

from core.identifiers import hide_snils
from core.notifications.models import TEXT_MAX, Notice, Reading, Topic

BATCH = 1000


class Telling(TypedDict):
    """text: what happened; why: why this reader is told; due_on: by when to act; url and action: the one button; right: who
    is told, in the words of `NoticeQuerySet.visible_to`; user: the one person who is told; what stands before the first colon
    of `key` is the kind of notice."""

    text: str
    url: str
    action: str
    key: str
    topic: Topic
    why: NotRequired[str]
    due_on: NotRequired[date | None]
    right: NotRequired[str]
    branch: NotRequired[Any]
    user: NotRequired[Any]


def compose(organization: Any, **telling: Unpack[Telling]) -> Notice:
    """A notice to an organization's people, or to one `user` of it, that is told by `tell_all`.

    Text and why go into letters: no names in them. A number that passes as a СНИЛС is masked: a file may call a workplace, or
    a commission its protocol, by one. What is longer than the columns is cut, after that: the mask may be longer than the number,
    and half a number would pass for something else.
    """
    telling["text"] = Truncator(hide_snils(telling["text"])).chars(TEXT_MAX)
    telling["why"] = Truncator(hide_snils(telling.get("why", ""))).chars(TEXT_MAX)
    return Notice(organization=organization, **telling)


def tell_all(notices: Collection[Notice]) -> None:
    """Put them into the bell, in a few statements whatever their number; a `key` that was told already changes nothing.

    Two callers with the same keys could wait for each other: whoever tells many holds a lock on what they are about.
    """
    Notice.objects.bulk_create(notices, batch_size=BATCH, ignore_conflicts=True)


def tell(organization: Any, **telling: Unpack[Telling]) -> Notice:
    """Tell one notice: `compose` and `tell_all`. The same `key` again gives the notice that is there."""
    tell_all([compose(organization, **telling)])
    return Notice.objects.get(key=telling["key"])


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
