"""Powers of attorney in the cabinet are watched: the registry is asked whether they were revoked, their people are told of that
and of the end of the term."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Grant, User
from accounts.rights import Right
from core.journal import record
from core.notifications.actions import compose, tell_all
from core.notifications.models import Notice, Topic
from signatures.mchd.checking import moscow_date
from signatures.mchd.registry import Answer, Registry, RegistryStatus, RegistryUnavailable
from signatures.models import PowerOfAttorney

ASKED_AGAIN_AFTER = timedelta(days=1)
AT_ONCE = 500
FAILURES_RUNNING = 3


def registry() -> Registry:
    """The adapter that the setting names."""
    adapter: Registry = import_string(settings.MCHD_REGISTRY)()
    return adapter


def ask_due(now: datetime | None = None) -> int:
    """Ask about every paper in force that was not asked about for a day; how many answers came. A registry that fails several
    times running is not there: the rest is due at the next round."""
    now = now or timezone.now()
    adapter = registry()
    due = Q(registry_asked_at=None) | Q(registry_asked_at__lt=now - ASKED_AGAIN_AFTER)
    rows = PowerOfAttorney.objects.usable(moscow_date(now)).filter(due).select_related("organization")
    answered = failed = 0
    for power in rows.order_by("pk").iterator(chunk_size=AT_ONCE):
        inn = next((each["inn"] for each in power.representatives), "")
        try:
            answer = adapter.status(power.number, power.organization.inn, inn)
        except RegistryUnavailable:
            failed += 1
            if failed == FAILURES_RUNNING:
                break
            continue
        failed = 0
        if answer is not None:
            take_answer(power, answer, now=now)
            answered += 1
    return answered


def take_answer(power: PowerOfAttorney, answer: Answer, *, now: datetime) -> None:
    """Keep what the registry said. Revoked is final: it ends the use of the paper at once, and its people are told."""
    with transaction.atomic():
        fresh = PowerOfAttorney.objects.select_for_update(of=("self",), no_key=True).get(pk=power.pk)
        if fresh.is_revoked:
            return
        fresh.registry_status, fresh.registry_at, fresh.registry_asked_at = answer.status, answer.at, now
        fresh.registry_source = answer.source[:120]
        fresh.save(update_fields=["registry_status", "registry_at", "registry_asked_at", "registry_source"])
        if answer.status is not RegistryStatus.REVOKED:
            return
        organization = fresh.organization
        record("mchd.revoked", fresh, actor=None, organization=organization, number=fresh.number, source=answer.source)
        text = f"Доверенность {fresh} отменена: подписывать по ней больше нельзя."
        tell_all(_to_people(fresh, "mchd.revoked:", text, text))


# ---- the end of the term


def remind_due(now: datetime | None = None) -> int:
    """Tell the person and those who manage access, once a paper, that it ends soon; how many are near their end."""
    now = now or timezone.now()
    day = moscow_date(now)
    soon = PowerOfAttorney.objects.usable(day).filter(until__lte=day + timedelta(days=settings.MCHD_REMIND_DAYS))
    told = 0
    for power in soon.select_related("organization").order_by("pk").iterator(chunk_size=AT_ONCE):
        end = f"{power.until:%d.%m.%Y}"
        own = f"Ваша доверенность {power} действует до {end}. Попросите оформить новую заранее."
        keepers = f"Доверенность {power} одного из сотрудников действует до {end}. Оформите новую заранее."
        tell_all(_to_people(power, "mchd.ends:", own, keepers, due_on=power.until))
        told += 1
    return told


def _to_people(
    power: PowerOfAttorney, kind: str, own: str, keepers: str, *, due_on: date | None = None
) -> list[Notice]:
    """To each representative wherever he acts for the organization, and to those who manage access to the whole of it."""
    common: dict[str, Any] = {
        "url": reverse("signatures:power", args=[power.pk]),
        "action": "Открыть доверенность",
        "topic": Topic.ACCESS,
        "due_on": due_on,
    }
    people = User.objects.filter(snils__in=power.representative_snils)
    grants = Grant.objects.usable().filter(user__in=people, organization=power.organization).select_related("branch")
    places = {(grant.user_id, grant.branch_id): grant for grant in grants.order_by("pk")}
    notices = [
        compose(
            power.organization,
            branch=grant.branch,
            user=grant.user,
            text=own,
            why="Доверенность выдана вам",
            key=f"{kind}{power.pk}:{grant.user_id}:{grant.branch_id or 'whole'}",
            **common,
        )
        for grant in places.values()
    ]
    notices.append(
        compose(
            power.organization,
            right=Right.ACCESS,
            text=keepers,
            why="Вы управляете доступом организации",
            key=f"{kind}{power.pk}",
            **common,
        )
    )
    return notices
