"""What the cabinet reminds of by itself: access that ends soon, access that nobody has looked at for a quarter."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant
from accounts.rights import Right
from accounts.selectors import reviewers
from core.notifications.actions import compose, tell_all
from core.notifications.models import Notice, Topic
from core.templatetags.formats import last_day

BEFORE_DAYS = (14, 3)  # own choice
AT_ONCE = 500  # grants told of in one statement


def remind_of_ends(now: datetime | None = None) -> int:
    """Tell the person, and those who manage access, two weeks and three days before access ends; how many grants. A repetition
    tells nobody twice: the key names grant and term."""
    now = now or timezone.now()
    soon = Grant.objects.usable(now).filter(until__lte=now + timedelta(days=max(BEFORE_DAYS)))
    rows = soon.select_related("user", "organization", "branch").order_by("pk").iterator(chunk_size=AT_ONCE)
    told = 0
    while batch := list(islice(rows, AT_ONCE)):
        tell_all([notice for grant in batch for notice in _of_end(grant, now)])
        told += len(batch)
    return told


def _of_end(grant: Grant, now: datetime) -> list[Notice]:
    """To the person, and to those who manage access."""
    assert grant.until is not None  # filtered by it
    days = min(each for each in BEFORE_DAYS if grant.until <= now + timedelta(days=each))
    due_on = timezone.localdate(grant.until - timedelta(microseconds=1))
    to_person = compose(
        grant.organization,
        branch=grant.branch,
        user=grant.user,
        text=f"Ваш доступ к организации действует по {last_day(grant.until)}.",
        why="Доступ предоставлен вам на срок",
        due_on=due_on,
        url=reverse("accounts:home"),
        action="Посмотреть свой доступ",
        topic=Topic.ACCESS,
        key=f"access.ends:{grant.pk}:{days}",
    )
    to_keepers = compose(
        grant.organization,
        branch=grant.branch,
        right=Right.ACCESS,
        text=f"Доступ одного из сотрудников заканчивается {last_day(grant.until)}.",
        why="Вы управляете доступом организации",
        due_on=due_on,
        url=reverse("accounts:access_edit", args=[grant.pk]),
        action="Продлить или оставить как есть",
        topic=Topic.ACCESS,
        key=f"access.ends.keepers:{grant.pk}:{days}",
    )
    return [to_person, to_keepers]


def remind_of_reviews(now: datetime | None = None) -> int:
    """Once a quarter: everybody who manages access in a scope, the whole organization or a branch, that has access of others
    to look at again; how many scopes of people."""
    now = now or timezone.now()
    quarter = f"{timezone.localdate(now).year}-{(timezone.localdate(now).month - 1) // 3 + 1}"
    keepers = (
        reviewers(now).select_related("user", "organization", "branch").order_by("pk").iterator(chunk_size=AT_ONCE)
    )
    told: set[str] = set()
    while batch := list(islice(keepers, AT_ONCE)):
        notices = [_of_review(keeper, quarter) for keeper in batch]
        tell_all(notices)
        told.update(notice.key for notice in notices)
    return len(told)


def _of_review(keeper: Grant, quarter: str) -> Notice:
    where = f"{keeper.organization_id}:{keeper.branch_id or 'whole'}:{keeper.user_id}"
    return compose(
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
