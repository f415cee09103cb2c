"""Filters that the lists of flags share."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from core.tables import choice
from core.tables.filters import Filter
from violations.flags.models import Flag
from violations.rules.severity import Severity
from violations.rules.sout import book

WEEK, MONTH, QUARTER = 7, 30, 91
AGES = [
    ("week", "до 7 дней"),
    ("month", "от 8 до 30 дней"),
    ("quarter", "от 31 до 90 дней"),
    ("older", "более 90 дней"),
]
BOUNDS = {"week": (0, WEEK), "month": (WEEK, MONTH), "quarter": (MONTH, QUARTER), "older": (QUARTER, None)}


def _by_age(rows: QuerySet[Flag], age: str) -> QuerySet[Flag]:
    newest, oldest = BOUNDS[age]
    now = timezone.now()
    rows = rows.filter(raised_at__lte=now - timedelta(days=newest)) if newest else rows
    return rows.filter(raised_at__gt=now - timedelta(days=oldest)) if oldest is not None else rows


RULE: Filter = choice("rule", "Признак", [(rule.code, rule.title) for rule in book], "rule")
SEVERITY: Filter = choice("severity", "Тяжесть", [(each.value, each.label) for each in Severity], "severity")
AGE: Filter = choice("age", "Давность", AGES, _by_age)
