"""How often costly requests may come, as the environment has it: LKOT_RATE_LIMITS."""

from __future__ import annotations

import re

from django.core.exceptions import ImproperlyConfigured

RATE = re.compile(r"[1-9]\d*/\d*[smhd]")
OFF = "off"


def rate_limits(usual: dict[str, tuple[str, str]], said: str) -> dict[str, str]:
    """Limits for allauth. ``usual``: {action: (rate, "ip" or "user")}; ``said``: «off», or «action=rate;action=rate», where a rate
    is «20/m» or «off». By what an action is counted is not to be chosen: who has not signed in has an address alone.

    Raises ImproperlyConfigured: the system does not start with a limit that means nothing.
    """
    if said.strip() == OFF:
        return {}
    pairs = [each.strip().partition("=") for each in said.split(";") if each.strip()]
    chosen = {action: rate for action, _, rate in pairs}
    for action, rate in chosen.items():
        if action not in usual or not (rate == OFF or RATE.fullmatch(rate)):
            known = ", ".join(usual)
            raise ImproperlyConfigured(f"LKOT_RATE_LIMITS: {action}={rate} is no «action=20/m»; actions: {known}")
    rates = {action: (chosen.get(action, rate), per) for action, (rate, per) in usual.items()}
    return {action: f"{rate}/{per}" for action, (rate, per) in rates.items() if rate != OFF}
