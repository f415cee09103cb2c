"""Whose topics: a person lets copies of notices go to a mailbox only about what he may see himself."""

from __future__ import annotations

from accounts.rights import Right
from core.notifications.models import Topic

# The rights that notices of a topic are told by (`right` of core.notifications): with one of them there is something to copy.
TOPIC_RIGHTS: dict[Topic, frozenset[Right]] = {
    Topic.REPORTS: frozenset({Right.VIEW_REPORTS, Right.SIGN_PROTOCOLS, Right.IMPORT_REPORTS}),
    Topic.FLAGS: frozenset({Right.VIEW_REPORTS, Right.VIEW_FLAGS, Right.IMPORT_REPORTS, Right.REVIEW_FLAGS}),
    Topic.MESSAGES: frozenset({Right.VIEW_MESSAGES, Right.SEND_MESSAGES}),
    Topic.ACCESS: frozenset({Right.ACCESS, Right.SETTINGS}),
}


def topics_of(rights: frozenset[str]) -> list[Topic]:
    """The topics of which somebody with these rights is told something, in their order."""
    return [topic for topic in Topic if not rights.isdisjoint(TOPIC_RIGHTS[topic])]
