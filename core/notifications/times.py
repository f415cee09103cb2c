"""Moments of the day in Moscow: when a digest comes, when quiet hours end."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
ONE_DAY = timedelta(days=1)


def next_daily(moment: datetime, at: time) -> datetime:
    """The first `at` o'clock after `moment`."""
    local = moment.astimezone(MOSCOW)
    today = datetime.combine(local.date(), at, MOSCOW)
    return today if today > moment else today + ONE_DAY


def quiet_end(moment: datetime, begins: time | None, ends: time | None) -> datetime | None:
    """When the quiet hours that `moment` falls into end; None outside of them. From 22:00 to 7:00 goes over midnight."""
    if begins is None or ends is None:
        return None
    now = moment.astimezone(MOSCOW)
    clock = now.time()
    over_midnight = begins > ends
    quiet = (clock >= begins or clock < ends) if over_midnight else begins <= clock < ends
    if not quiet:
        return None
    end = datetime.combine(now.date(), ends, MOSCOW)
    return end if end > now else end + ONE_DAY
