"""Letters leave: claimed by a conditional update with a lease, sent at least once, repeated after growing pauses."""

from __future__ import annotations

import logging
import time
import uuid
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.locks import lock_name
from core.notifications.models import Fate, Letter, LetterState, Preferences, Reading, Way, preferences_of
from core.notifications.readers import email_of, keepers, reader_of
from core.notifications.writing import write

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
PAUSES = [timedelta(minutes=each) for each in (1, 5, 15, 60, 180, 360, 720, 1440)]  # two days in all
BATCH = 500
RUN_SECONDS = 5.0  # a worker is lent to letters for so long at a time: other work does not wait for a backlog to end


def send_due(seconds: float = RUN_SECONDS) -> int:
    """Send what is due, for `seconds` at most; how many messages left. While the server does not answer, nothing is claimed:
    the letters wait as they are."""
    began = time.monotonic()
    waiting = list(Letter.objects.due(timezone.now()).order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH])
    if not waiting:
        return 0
    sent = 0
    try:
        with get_connection() as mail:
            for pk in waiting:
                if time.monotonic() - began > seconds:
                    break
                sent += deliver(pk, mail)
    except (SMTPException, OSError) as trouble:
        log.warning("letters: the mail server cannot be used now (%s)", type(trouble).__name__)
    return sent


def is_any_due() -> bool:
    return Letter.objects.due(timezone.now()).exists()


def deliver(pk: int, mail: Any) -> int:
    """Claim the letter (a digest: all of that person's) and send it; 1 when a message left."""
    now = timezone.now()
    letters = [letter for letter in claim(pk, now) if _still_wanted(letter, now)]
    if not letters:
        return 0
    try:
        mail.send_messages([write(letters, to=_to(letters[0]))])
    except (
        Exception
    ) as trouble:  # whatever is wrong with one message must not hold up the others; it is kept and retried
        # not the traceback: what mail servers say repeats the address
        log.warning("letters: %s not sent (%s)", letters[0].pk, type(trouble).__name__)
        _retry(letters, trouble, now)
        if isinstance(trouble, SMTPServerDisconnected) or (
            isinstance(trouble, OSError) and not isinstance(trouble, SMTPException)
        ):
            raise  # the connection is of no use any more
        return 0
    mine = Letter.objects.filter(pk__in=[letter.pk for letter in letters], claim=letters[0].claim)
    mine.filter(state=LetterState.WAITING).update(
        state=LetterState.SENT, sent_at=timezone.now(), leased_until=None, trouble=""
    )
    return 1


def claim(pk: int, now: datetime) -> list[Letter]:
    """Take the letter for this attempt, with what waits for the same digest; nothing when somebody else holds it."""
    token = uuid.uuid4()
    with transaction.atomic():
        letter = Letter.objects.due(now).filter(pk=pk).first()
        if letter is None:
            return []
        wanted = Letter.objects.due(now).filter(pk=pk)
        if letter.user_id is not None and letter.way == Way.DIGEST:
            lock_name("digest", str(letter.user_id))  # two workers would make two digests of one
            wanted = Letter.objects.due(now).filter(user=letter.user_id, way=Way.DIGEST)
        wanted.update(claim=token, leased_until=now + LEASE, attempts=F("attempts") + 1)
    # the state is asked for its index: few letters wait, claims of all times are many
    taken = Letter.objects.filter(claim=token, state=LetterState.WAITING).order_by("pk")
    return list(taken.select_related("notice__organization", "notice__branch", "user", "address__organization"))


def _still_wanted(letter: Letter, now: datetime) -> bool:
    """Asked anew a moment before sending: who lost access gets nothing, and nobody gets a letter in his quiet hours."""
    if fate := _fate(letter):
        _close(letter, state=LetterState.DROPPED, fate=fate)
        return False
    if letter.user_id is None:
        return True
    due = _preferences(letter).not_quiet(now)
    if due > now:
        _close(letter, state=LetterState.WAITING, due_at=due, attempts=letter.attempts - 1)
        return False
    return True


def _fate(letter: Letter) -> str:
    """Why the letter is not sent any more; "" when it is."""
    if letter.address is not None:
        return _fate_at_address(letter)
    notice, user = letter.notice, letter.user
    assert notice is not None  # the table's constraint: a letter to a person is about a notice
    assert user is not None
    if reader_of(notice, user) is None:
        return Fate.NO_ACCESS
    if _preferences(letter).way(notice.topic) == Way.BELL:
        return Fate.BELL
    if Reading.objects.filter(notice=notice, user=user).exists():
        return Fate.READ
    return "" if email_of(user) else Fate.NO_ADDRESS


def _fate_at_address(letter: Letter) -> str:
    address, notice = letter.address, letter.notice
    assert address is not None  # asked of letters to addresses only
    if address.removed_at is not None:
        return Fate.REMOVED
    if notice is None:
        return Fate.REMOVED if address.is_confirmed else ""
    if notice.topic not in address.topics:
        return Fate.REMOVED
    return "" if address.takes(notice, keepers([address])) else Fate.NO_ACCESS


def _preferences(letter: Letter) -> Preferences:
    assert letter.user_id is not None  # addresses of organizations choose by topic only
    return preferences_of([letter.user_id])[letter.user_id]


def _to(letter: Letter) -> str:
    return letter.address.email if letter.address is not None else email_of(letter.user)


def _retry(letters: list[Letter], trouble: Exception, now: datetime) -> None:
    """Later, after a longer pause each time; never where the server says that there is no such recipient."""
    refused = isinstance(trouble, SMTPRecipientsRefused) and all(code >= 500 for code, _ in trouble.recipients.values())
    for letter in letters:
        name = type(trouble).__name__
        if refused or letter.attempts > len(PAUSES):
            _close(letter, state=LetterState.FAILED, trouble=name)
            continue
        due = now + PAUSES[letter.attempts - 1]
        if letter.user_id is not None:
            due = _preferences(letter).not_quiet(due)
        _close(letter, state=LetterState.WAITING, trouble=name, due_at=due)


def _close(letter: Letter, **changes: Any) -> None:
    """Give the claim back with what came of it, unless a later attempt has it."""
    mine = Letter.objects.filter(pk=letter.pk, claim=letter.claim, state=LetterState.WAITING)
    mine.update(leased_until=None, **changes)
