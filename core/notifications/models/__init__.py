"""Notices and who has read them; letters about them, addresses they go to, and what people choose."""

from core.notifications.models.address import Address, AddressQuerySet
from core.notifications.models.letter import Fate, Letter, LetterState
from core.notifications.models.notice import TEXT_MAX, Notice, NoticeQuerySet, Reading, Topic
from core.notifications.models.preferences import Preferences, Way, preferences_of

__all__ = [
    "TEXT_MAX",
    "Address",
    "AddressQuerySet",
    "Fate",
    "Letter",
    "LetterState",
    "Notice",
    "NoticeQuerySet",
    "Preferences",
    "Reading",
    "Topic",
    "Way",
    "preferences_of",
]
