"""What the cabinet reminds of by itself: access that ends soon, access that nobody has looked at for a quarter."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant
from accounts.rights import Right
from accounts.selectors import reviewers
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
    """Once a quarter: everybody who manages access in a scope, the whole organization or a branch, that has access of others
    to look at again; how many scopes of people."""
    now = now or timezone.now()
    quarter = f"{timezone.localdate(now).year}-{(timezone.localdate(now).month - 1) // 3 + 1}"
    keepers = reviewers(now).select_related("user", "organization", "branch").order_by("pk")
    told: set[str] = set()
    for keeper in keepers.iterator(chunk_size=500):
        where = f"{keeper.organization_id}:{keeper.branch_id or 'whole'}:{keeper.user_id}"
        with transaction.atomic():
            tell(
                keeper.organization,
                branch=keeper.branch,
                user=keeper.user,
                text="Пересмотрите доступ сотрудников: некоторых больше трёх месяцев никто не подтверждал.",
                why=f"Вы управляете доступом {'филиала' if keeper.branch else 'организации'}",
                url=reverse("accounts:access_review"),
                action="Пересмотреть доступ",
                topic=Topic.ACCESS,
                key=f"access.review:{where}:{quarter}",
            )
        told.add(where)
    return len(told)
