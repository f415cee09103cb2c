"""What tests of letters share: a notice to tell, the two beats of the clock, and mail servers that fail."""

from __future__ import annotations

import itertools
from datetime import datetime
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any
from zoneinfo import ZoneInfo

from django.core.mail.backends.locmem import EmailBackend

from accounts.acting import Acting, acting_by
from accounts.models import Organization, User
from core.notifications.actions import tell
from core.notifications.models import Notice, Topic
from core.notifications.sending import send_due
from core.notifications.spreading import spread_new
from tests import factories

MOSCOW = ZoneInfo("Europe/Moscow")
_count = itertools.count(1)


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of June 2031, when the access given by the factories has long begun; the 23rd is a Monday."""
    return datetime(2031, 6, day, hour, minute, tzinfo=MOSCOW)


def reader(where: Organization, *, rights: tuple[str, ...] = (), email: str = "", **more: Any) -> Acting:
    """Somebody new with an address from ЕСИА, who acts for an organization."""
    number = next(_count)
    person = factories.user(email=email or f"reader-{number}@mail.example")
    return acting_by(factories.grant(person, where, rights=rights, **more), person)


def say(where: Organization, text: str = "Поступил отчёт СОУТ № 1.", **fields: Any) -> Notice:
    values: dict[str, Any] = {
        "text": text,
        "url": "/home/",
        "action": "Открыть отчёт",
        "key": f"probe:{next(_count)}",
        "topic": Topic.FLAGS,
        "why": "Отчёт составлен о рабочих местах вашей организации",
    }
    return tell(where, **(values | fields))


def tick() -> int:
    """What beat does every ten seconds; how many messages left."""
    spread_new()
    return send_due()


def with_mail(user: User, email: str) -> User:
    user.email = email
    user.save(update_fields=["email"])
    return user


class Down(EmailBackend):
    """Nobody listens at the server's address."""

    def open(self) -> bool:
        raise ConnectionRefusedError


class Busy(EmailBackend):
    """The server answers and takes no message now."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPDataError(451, b"try later")


class NoSuchRecipient(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such user")})


class Killed(EmailBackend):
    """The worker dies in the middle of sending."""

    def send_messages(self, messages: Any) -> int:
        raise SystemExit(9)
