"""What the cabinet reminds of by itself: access that ends soon, access that nobody has looked at for a quarter."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant, GrantReview, Organization, Source
from accounts.rights import Right
from accounts.selectors import REVIEWED_EVERY
from core.notifications.actions import tell
from core.notifications.models import Topic
from core.templatetags.formats import last_day

BEFORE_DAYS = (14, 3)  # own choice


def remind_of_ends(now: datetime | None = None) -> int:
    """Tell the person, and those who manage access, two weeks and three days before access ends. A repetition tells nobody
    twice: the key names grant and term."""
    now = now or timezone.now()
    soon = Grant.objects.usable(now).filter(until__lte=now + timedelta(days=max(BEFORE_DAYS)))
    told = 0
    for grant in soon.select_related("user", "organization", "branch").order_by("pk"):
        assert grant.until is not None  # filtered by it
        days = min(each for each in BEFORE_DAYS if grant.until <= now + timedelta(days=each))
        with transaction.atomic():
            _tell_person(grant, days)
            _tell_keepers(grant, days)
        told += 1
    return told


def _tell_person(grant: Grant, days: int) -> None:
    tell(
        grant.organization,
        branch=grant.branch,
        user=grant.user,
        text=f"Ваш доступ к организации действует по {last_day(grant.until)}.",
        why="Доступ предоставлен вам на срок",
        due_on=_last_day_of(grant),
        url=reverse("accounts:home"),
        action="Посмотреть свой доступ",
        topic=Topic.ACCESS,
        key=f"access.ends:{grant.pk}:{days}",
    )


def _tell_keepers(grant: Grant, days: int) -> None:
    tell(
        grant.organization,
        branch=grant.branch,
        right=Right.ACCESS,
        text=f"Доступ одного из сотрудников заканчивается {last_day(grant.until)}.",
        why="Вы управляете доступом организации",
        due_on=_last_day_of(grant),
        url=reverse("accounts:access_edit", args=[grant.pk]),
        action="Продлить или оставить как есть",
        topic=Topic.ACCESS,
        key=f"access.ends.keepers:{grant.pk}:{days}",
    )


def _last_day_of(grant: Grant) -> date:
    assert grant.until is not None  # asked for such grants only
    return timezone.localdate(grant.until - timedelta(microseconds=1))


def remind_of_reviews(now: datetime | None = None) -> int:
    """Once a quarter: organizations that have access to look at again."""
    now = now or timezone.now()
    before = now - REVIEWED_EVERY
    recent = GrantReview.objects.filter(grant=OuterRef("pk"), at__gt=before)
    open_grants = Grant.objects.filter(revoked_at=None, since__lt=before, organization=OuterRef("pk"))
    due = open_grants.filter(~Exists(recent), Q(until=None) | Q(until__gt=now)).exclude(source=Source.ESIA)
    quarter = f"{timezone.localdate(now).year}-{(timezone.localdate(now).month - 1) // 3 + 1}"
    told = 0
    for organization in Organization.objects.filter(Exists(due)).order_by("pk").iterator(chunk_size=500):
        with transaction.atomic():
            tell(
                organization,
                right=Right.ACCESS,
                text="Пересмотрите доступ сотрудников: некоторых больше трёх месяцев никто не подтверждал.",
                why="Вы управляете доступом организации",
                url=reverse("accounts:access_review"),
                action="Пересмотреть доступ",
                topic=Topic.ACCESS,
                key=f"access.review:{organization.pk}:{quarter}",
            )
        told += 1
    return told
