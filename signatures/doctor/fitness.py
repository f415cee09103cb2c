"""What the certificate is fit for by itself: dates, key, qualified marks, usage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.templatetags.formats import FAR_DAYS, counted
from signatures.cms.certificates import check_key_period, check_usage, is_qualified
from signatures.cms.public_keys import describe_key
from signatures.cms.refusal import Refused, reading
from signatures.doctor.advice import ASK_ISSUER, CHOOSE_ANOTHER, RENEW_EARLY, renewal
from signatures.doctor.examined import Examined, day_of, days_left
from signatures.doctor.findings import Check, Finding, Status
from signatures.verdicts import Verdict

WARNED_DAYS = 30


def fitness_findings(examined: Examined) -> Iterator[Finding]:
    yield _period(examined)
    yield _key_period(examined)
    yield _algorithm(examined)
    yield _qualified(examined)
    yield _usage(examined)


def _period(examined: Examined) -> Finding:
    begins, ends = examined.certificate.not_valid_before, examined.certificate.not_valid_after
    if examined.moment > ends:
        advice = (CHOOSE_ANOTHER, *renewal(examined.subject))
        return Finding(Check.PERIOD, Status.PROBLEM, f"Срок действия сертификата закончился {day_of(ends)}.", advice)
    if examined.moment < begins:
        text = f"Срок действия сертификата начнётся только {day_of(begins)}."
        return Finding(Check.PERIOD, Status.PROBLEM, text, ("Дождитесь этого дня или выберите другой сертификат.",))
    return _in_force(examined, Check.PERIOD, "Сертификат", ends)


def _in_force(examined: Examined, check: Check, what: str, ends: datetime) -> Finding:
    """One warns thirty days ahead."""
    days = days_left(ends, examined.moment)
    if days > WARNED_DAYS:
        left = f", ещё {counted(days, 'день,дня,дней')}" if days <= FAR_DAYS else ""
        return Finding(check, Status.OK, f"{what} действует до {day_of(ends)}{left}.")
    left = f"осталось {counted(days, 'день,дня,дней')}" if days else "сегодня последний день"
    text = f"{what} скоро перестанет действовать: {day_of(ends)}, {left}."
    return Finding(check, Status.WARNING, text, (RENEW_EARLY, *renewal(examined.subject)))


def _key_period(examined: Examined) -> Finding:
    try:
        check_key_period(examined.certificate, examined.moment)
    except Refused as refusal:
        text = f"Сертификатом уже или ещё нельзя подписывать: {refusal.detail}."
        if refusal.verdict is Verdict.EXPIRED:
            advice = (CHOOSE_ANOTHER, *renewal(examined.subject))
            text = f"Сертификат ещё действует, но подписывать им уже нельзя: {refusal.detail}."
            return Finding(Check.KEY_PERIOD, Status.PROBLEM, text, advice)
        return Finding(Check.KEY_PERIOD, Status.PROBLEM, text, ("Дождитесь этого дня или выберите другой сертификат.",))
    period = examined.certificate.private_key_usage_period_value
    ends = period["not_after"].native if period is not None else None
    if ends is None:
        return Finding(Check.KEY_PERIOD, Status.OK, "Отдельный срок ключа не указан: он такой же, как у сертификата.")
    return _in_force(examined, Check.KEY_PERIOD, "Ключ подписи", ends)


def _algorithm(examined: Examined) -> Finding:
    try:
        with reading():
            return Finding(Check.ALGORITHM, Status.OK, f"{describe_key(examined.certificate)}.")
    except Refused as refusal:
        text = f"{refusal.verdict.explanation} Здесь {refusal.detail}."
        if refusal.verdict is Verdict.MALFORMED:
            text = "Открытый ключ в сертификате повреждён или неизвестного вида."
    return Finding(Check.ALGORITHM, Status.PROBLEM, text, (CHOOSE_ANOTHER, Verdict.ALGORITHM_NOT_ALLOWED.advice))


def _qualified(examined: Examined) -> Finding:
    if is_qualified(examined.certificate):
        return Finding(Check.QUALIFIED, Status.OK, "Есть признаки квалифицированного сертификата.")
    status = Status.PROBLEM if examined.trust.require_qualified else Status.WARNING
    advice = (CHOOSE_ANOTHER, Verdict.NOT_QUALIFIED.advice, *renewal(examined.subject))
    return Finding(Check.QUALIFIED, status, Verdict.NOT_QUALIFIED.explanation, advice)


def _usage(examined: Examined) -> Finding:
    try:
        check_usage(examined.certificate)
    except Refused as refusal:
        named = f" Выдан для другого: {refusal.detail}." if refusal.detail else ""
        text = f"{refusal.verdict.explanation}{named}"
        return Finding(Check.USAGE, Status.PROBLEM, text, (CHOOSE_ANOTHER, ASK_ISSUER))
    return Finding(Check.USAGE, Status.OK, "Ключ предназначен для подписания документов.")
