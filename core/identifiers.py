"""СНИЛС, ИНН, ОГРН, ОГРНИП, КПП: check digits, normal form, mask, and what is wrong in one Russian sentence.

The check digits are those of the issuing registers (СФР for СНИЛС, ФНС for the rest). A wrong ОГРНИП does occur in real
registers: refuse what a person typed, only warn about what a state system or a certificate states.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import mul

SNILS_LENGTH = 11
OGRNIP_LENGTH = 15
# Numbers up to this one were given without check digits.
LAST_SNILS_WITHOUT_CHECK = 1_001_998
NO_OGRN = "Отсутствует"

_SNILS_WEIGHTS = range(9, 0, -1)
_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12_FIRST = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12_SECOND = (3, *_INN_12_FIRST)
_DIGITS = re.compile(r"[0-9]+")
_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
_SNILS_SEPARATORS = re.compile(r"[\s\-‐-―]+")
_BETWEEN = r"[\s\-‐-―]*"
_THREE = rf"[0-9]{{3}}{_BETWEEN}"
_SNILS_IN_TEXT = re.compile(rf"(?<![0-9]){_THREE * 3}[0-9]{{2}}(?![0-9])")


def normalize_snils(text: str) -> str:
    """«112-233-445 95» → «11223344595»: spaces and dashes are dropped, nothing else is changed."""
    digits = text.replace("-", "").replace(" ", "")
    return digits if digits.isdecimal() else _SNILS_SEPARATORS.sub("", digits)


def format_snils(text: str) -> str:
    """«11223344595» → «112-233-445 95». What is not eleven digits comes back as it is."""
    digits = normalize_snils(text)
    if len(digits) != SNILS_LENGTH or not _only_digits(digits):
        return text
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}"


def mask_snils(text: str) -> str:
    """«112-233-446 49» → «***-***-**6 49»: only the last three digits stay. A malformed number is hidden wholly."""
    digits = normalize_snils(text)
    if len(digits) != SNILS_LENGTH or not _only_digits(digits):
        return "***-***-*** **"
    return f"***-***-**{digits[8]} {digits[9:]}"


def snils_check_digits(number: str) -> str:
    """The two check digits of the first nine digits of a СНИЛС."""
    total = sum(map(mul, map(int, number), _SNILS_WEIGHTS))
    return f"{total % 101 % 100:02d}"


def snils_problem(text: str) -> str:
    """What is wrong with a СНИЛС, "" when nothing is. The answer does not repeat the number."""
    digits = normalize_snils(text)
    if len(digits) != SNILS_LENGTH or not _only_digits(digits):
        return "СНИЛС состоит из 11 цифр."
    if int(digits[:9]) <= LAST_SNILS_WITHOUT_CHECK:
        return ""
    if snils_check_digits(digits[:9]) != digits[9:]:
        return "Контрольное число СНИЛС неверно."
    return ""


def hide_snils(text: str) -> str:
    """A text in which whatever eleven digits pass as a СНИЛС, with or without its separators, are masked."""
    return _SNILS_IN_TEXT.sub(lambda found: found[0] if snils_problem(found[0]) else mask_snils(found[0]), text)


def inn_problem(text: str) -> str:
    """What is wrong with an ИНН of an organization (10 digits) or a person (12 digits), "" when nothing is."""
    if not _only_digits(text) or len(text) not in (10, 12):
        return "ИНН состоит из 10 цифр (организация) или 12 цифр (физическое лицо)."
    if not text.strip("0"):
        return "ИНН не может состоять из одних нулей."
    if inn_check_digits(text) != text[9 if len(text) == 10 else 10 :]:
        return "Контрольное число ИНН неверно."
    return ""


def inn_check_digits(text: str) -> str:
    """The check digit of a 10-digit ИНН or the two of a 12-digit one; the digits in their place are not looked at."""
    if len(text) == 10:
        return _weighted(text, _INN_10)
    first = _weighted(text, _INN_12_FIRST)
    return first + _weighted(text[:10] + first, _INN_12_SECOND)


def ogrn_problem(text: str, *, may_be_absent: bool = False) -> str:
    """What is wrong with an ОГРН (13 digits) or ОГРНИП (15 digits), "" when nothing is.

    `may_be_absent` allows the word «Отсутствует»: the form of the СОУТ report has it for notaries and representations
    of foreign organizations.
    """
    if text == NO_OGRN and may_be_absent:
        return ""
    if not _only_digits(text) or len(text) not in (13, 15):
        return "ОГРН состоит из 13 цифр, ОГРНИП — из 15."
    name = "ОГРН" if len(text) == 13 else "ОГРНИП"
    if not text.strip("0"):
        return f"{name} не может состоять из одних нулей."
    if ogrn_check_digit(text) != text[-1]:
        return f"Контрольное число {name} неверно."
    return ""


def is_ogrnip(text: str | None) -> bool:
    """Whether the number is a sole trader's: it has fifteen digits."""
    return len(text or "") == OGRNIP_LENGTH


def ogrn_check_digit(text: str) -> str:
    """The check digit for an ОГРН (13 digits) or ОГРНИП (15 digits); the digit in its place is not looked at."""
    divisor = 11 if len(text) == 13 else 13
    return str(int(text[:-1]) % divisor % 10)


def kpp_problem(text: str) -> str:
    """What is wrong with a КПП, "" when nothing is. A КПП has no check digit."""
    if not _KPP.fullmatch(text):
        return "КПП состоит из 9 знаков: четыре цифры, две цифры или заглавные латинские буквы, три цифры."
    return ""


def _only_digits(text: str) -> bool:
    """`str.isdigit` takes «²» and Arabic digits too; an identifier is written in 0–9."""
    return _DIGITS.fullmatch(text) is not None


def _weighted(digits: str, weights: Sequence[int]) -> str:
    # the digits may be longer than the weights: the check digits themselves follow
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10)
