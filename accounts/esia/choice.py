"""What was chosen before the silent authorization, kept in the session under its state. A state is used once."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest

from accounts.esia.signing import new_state

SESSION_KEY = "esia_organization_states"
LIVES_SECONDS = 600
STATES_MAX = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """`role` and `grant` are ids of rows; `grant` None: by the role. `then`: address (path and query) of
    the page to go on to, "" for home."""

    org_oid: int
    role: int
    grant: int | None
    then: str = ""


def remember(request: HttpRequest, choice: Choice) -> str:
    """Keep the choice; the new state to send to ЕСИА."""
    states = _fresh(request)
    while len(states) >= STATES_MAX:
        del states[min(states, key=lambda state: states[state]["at"])]
    state = new_state()
    states[state] = asdict(choice) | {"at": time.time()}
    request.session[SESSION_KEY] = states
    return state


def recall(request: HttpRequest, state: str) -> Choice | None:
    """The choice of a state of this session, once; None for a foreign, used or old one.

    Saved at once: the answer of ЕСИА may take seconds, and the same link opened twice must find the state gone.
    """
    states = _fresh(request)
    found = states.pop(state, None)
    request.session[SESSION_KEY] = states
    request.session.save()
    if found is None:
        return None
    return Choice(org_oid=found["org_oid"], role=found["role"], grant=found["grant"], then=found.get("then", ""))


def _fresh(request: HttpRequest) -> dict[str, dict[str, Any]]:
    oldest = time.time() - LIVES_SECONDS
    states = request.session.get(SESSION_KEY, {})
    return {state: kept for state, kept in states.items() if kept["at"] > oldest}
