"""What a person chooses: by topic at once, in the daily digest or only in the bell; when the digest comes; quiet hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.notifications.models.notice import Topic
from core.notifications.times import next_daily, quiet_end


class Way(models.TextChoices):
    """How a person is told of a topic. The bell has everything in any case."""

    AT_ONCE = "at_once", "Письмом сразу"
    DIGEST = "digest", "В ежедневной сводке"
    BELL = "bell", "Только в колокольчике"


# What somebody gets who has chosen nothing: what has a term or asks for an answer comes at once.
USUAL: dict[str, Way] = {
    Topic.REPORTS: Way.DIGEST,
    Topic.FLAGS: Way.AT_ONCE,
    Topic.MESSAGES: Way.AT_ONCE,
    Topic.ACCESS: Way.AT_ONCE,
}
USUAL_DIGEST_AT = time(9, 0)


class PreferencesQuerySet(models.QuerySet["Preferences"]):
    def visible_to(self, acting: Any) -> PreferencesQuerySet:
        """One's own."""
        return self.none() if acting is None else self.filter(user=acting.user)


class Preferences(models.Model):
    """`ways`: topic → way; a topic that is missing has the usual one. Times are Moscow time. `version` goes up at each change,
    so that a stale page is told."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ways = models.JSONField(default=dict)
    digest_at = models.TimeField(default=USUAL_DIGEST_AT)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    objects = PreferencesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"

    def way(self, topic: str) -> Way:
        chosen = self.ways.get(topic, "")
        return Way(chosen) if chosen in Way.values else USUAL.get(topic, Way.AT_ONCE)

    def not_quiet(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it falls into."""
        return quiet_end(moment, self.quiet_from, self.quiet_until) or moment

    def due(self, way: Way, now: datetime) -> datetime:
        """When a letter that begins to wait now leaves."""
        return self.not_quiet(next_daily(now, self.digest_at) if way == Way.DIGEST else now)


def preferences_of(users: Iterable[int]) -> dict[int, Preferences]:
    """User id → his preferences; the usual ones, not stored, for who has chosen nothing. One query."""
    ids = set(users)
    stored = {row.user_id: row for row in Preferences.objects.filter(user__in=ids)}
    return {pk: stored.get(pk) or Preferences(user_id=pk) for pk in ids}
