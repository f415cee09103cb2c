"""The text of a trial signature: fresh, bound to the browser's session, and clearly no document.  Nothing is kept of it.

Its code is a random number, the moment and an HMAC of both with the key of the session, so the text can be made again from
the code alone, and nobody else's code will do.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from core.templatetags.formats import ru_datetime

FIRST_LINE = "ПРОБНАЯ ПОДПИСЬ. ЭТО НЕ ДОКУМЕНТ."
MARK = FIRST_LINE.encode()
TEXT = (
    FIRST_LINE + "\r\n"
    "Личный кабинет охраны труда (ЛКОТ), проверка электронной подписи.\r\n"
    "Подпись под этим текстом ничего не подтверждает, ни к чему не обязывает и не хранится.\r\n"
    "Дата: {moment}\r\n"
    "Одноразовый код: {code}\r\n"
)
LIFE = timedelta(hours=2)
SALT = "signatures.doctor.challenge"
PARTS = 3


class ChallengeRefused(Exception):
    """The code is of another session, too old or made up; the argument is one Russian sentence."""

    @property
    def text(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Challenge:
    """``content`` are the bytes to sign."""

    code: str
    content: bytes


def new_challenge(session_key: str, moment: datetime) -> Challenge:
    number, seconds = secrets.token_hex(8), str(int(moment.timestamp()))
    code = f"{number}.{seconds}.{_mac(session_key, number, seconds)}"
    return Challenge(code, _content(code, moment))


def read_challenge(code: str, session_key: str, moment: datetime) -> Challenge:
    """The challenge of this code once more; raises ChallengeRefused."""
    parts = code.split(".")
    if len(parts) != PARTS or not code.isascii():
        raise ChallengeRefused("Код пробной подписи повреждён. Обновите страницу и скачайте текст ещё раз.")
    number, seconds, mac = parts
    if not constant_time_compare(mac, _mac(session_key, number, seconds)):
        raise ChallengeRefused(
            "Этот текст для пробной подписи выдан другому сеансу. Обновите страницу и скачайте текст ещё раз."
        )
    made = datetime.fromtimestamp(int(seconds), UTC)
    if not timedelta(0) <= moment - made + timedelta(seconds=1) <= LIFE:
        raise ChallengeRefused("Текст для пробной подписи устарел. Обновите страницу и скачайте новый.")
    return Challenge(code, _content(code, made))


def is_challenge(data: bytes) -> bool:
    """Whether bytes are the text of a trial signature: those are accepted as no document."""
    return data.startswith(MARK)


def _content(code: str, moment: datetime) -> bytes:
    return TEXT.format(moment=ru_datetime(moment.replace(microsecond=0)), code=code).encode()


def _mac(session_key: str, number: str, seconds: str) -> str:
    return salted_hmac(SALT, f"{session_key}|{number}|{seconds}", algorithm="sha256").hexdigest()[:32]
