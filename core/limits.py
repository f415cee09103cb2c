"""Limits of requests that cost much. allauth counts them in the shared cache under the address or the person, and its keys live
no longer than the limit's own time; setting ACCOUNT_RATE_LIMITS."""

from __future__ import annotations

from math import ceil

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_rates
from django.http import HttpRequest

from core.templatetags.formats import counted

HOUR = 60


def too_often(request: HttpRequest, action: str, many: str) -> str:
    """Count this POST; a Russian sentence that refuses it where it is one too many, else "".

    ``many``: of what there are too many («проверок с вашего адреса»).
    """
    if ratelimit.consume(request, action=action):
        return ""
    seconds = max((rate.duration for rate in get_rates(app="allauth.account", action=action)), default=0)
    return f"Слишком много {many}. Подождите {_time(ceil(seconds / 60))} и повторите."


def _time(minutes: int) -> str:
    if minutes == HOUR:
        return "час"
    return "минуту" if minutes <= 1 else counted(minutes, "минуту,минуты,минут")
