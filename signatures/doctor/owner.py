"""Whose certificate it is: kind, owner, organization, person, power of attorney."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.identifiers import mask_snils
from signatures import powers
from signatures.authority import AuthorityCode
from signatures.doctor.advice import (
    CHANGE_ORGANIZATION,
    CHOOSE_ANOTHER,
    GET_POWER,
    HEAD_SIGNS,
    NEW_FOR_HEAD,
    OTHER_PERSON,
)
from signatures.doctor.examined import Examined
from signatures.doctor.findings import Check, Finding, Status, Whose
from signatures.subjects import Subject

PERSON_CODES = (AuthorityCode.PERSON_SNILS_MISSING, AuthorityCode.PERSON_SNILS_DIFFERS)


def owner_findings(examined: Examined) -> Iterator[Finding]:
    yield _kind(examined)
    yield _owner(examined.subject)
    if examined.certificate.ca:
        return  # whose and by what power is asked of people
    yield _organization(examined)
    yield _person(examined)
    yield _power(examined)


def _kind(examined: Examined) -> Finding:
    subject = examined.subject
    if examined.certificate.ca:
        text = "Это сертификат удостоверяющего центра: им подписывают сертификаты, а не документы."
        return Finding(Check.KIND, Status.PROBLEM, text, (CHOOSE_ANOTHER,))
    if subject.ogrnip:
        return Finding(Check.KIND, Status.OK, "Сертификат индивидуального предпринимателя.")
    if subject.is_personal:
        return Finding(Check.KIND, Status.OK, "Сертификат физического лица: организация в нём не названа.")
    return Finding(Check.KIND, Status.OK, "Сертификат организации на имя её представителя.")


def _owner(subject: Subject) -> Finding:
    if not subject.person:
        return Finding(Check.OWNER, Status.WARNING, "Имя владельца в сертификате не указано.", (CHOOSE_ANOTHER,))
    title = f", {subject.title}" if subject.title else ""
    snils = f" СНИЛС {mask_snils(subject.snils)}." if subject.snils else ""
    return Finding(Check.OWNER, Status.OK, f"{subject.person}{title}.{snils}")


def _organization(examined: Examined) -> Finding:
    """The organization alone: the person is taken for the one who is expected."""
    subject, whose = examined.subject, examined.whose
    answer = examined.authority(replace(subject, snils=whose.snils))
    if answer.ok or answer.code in PERSON_CODES:
        if subject.is_personal:
            return Finding(Check.ORGANIZATION, Status.OK, f"{whose.organization}: подписывает по доверенности.")
        numbers = f"ИНН {subject.innle or subject.inn}, {_ogrn(subject)}"
        return Finding(
            Check.ORGANIZATION, Status.OK, f"{subject.o or whose.organization}: {numbers}. Это ваша организация."
        )
    if powers.is_personal(answer, examined.right):
        return Finding(Check.ORGANIZATION, Status.OK, "Не указана, как и должно быть в сертификате физического лица.")
    named = f" В сертификате названа организация {subject.o}." if subject.o else ""
    advice = (CHOOSE_ANOTHER, CHANGE_ORGANIZATION, NEW_FOR_HEAD)
    return Finding(Check.ORGANIZATION, Status.PROBLEM, f"{answer.explanation}{named}", advice)


def _ogrn(subject: Subject) -> str:
    return f"ОГРНИП {subject.ogrnip}" if subject.ogrnip else f"ОГРН {subject.ogrn}"


def _person(examined: Examined) -> Finding:
    """The person alone: the organization is taken for the one that is expected."""
    whose = examined.whose
    own = {"ogrnip": whose.ogrn, "inn": whose.inn} if whose.is_trader else {"ogrn": whose.ogrn, "innle": whose.inn}
    answer = examined.authority(replace(examined.subject, **own))
    if answer.ok:
        return Finding(Check.PERSON, Status.OK, "Сертификат ваш: СНИЛС совпадает с тем, под которым вы вошли.")
    return Finding(Check.PERSON, Status.PROBLEM, answer.explanation, (OTHER_PERSON, CHOOSE_ANOTHER))


def _no_power_needed(subject: Subject, whose: Whose) -> Finding | None:
    if whose.is_trader and subject.inn == whose.inn:
        return Finding(Check.POWER, Status.OK, "Не нужна: предприниматель подписывает за себя сам.")
    if subject.innle is None and subject.ogrn is None and subject.ogrnip is not None:
        text = "По доверенности подписывают личным сертификатом, а не сертификатом предпринимателя."
        return Finding(Check.POWER, Status.UNKNOWN, text)
    if not subject.is_personal:
        return Finding(Check.POWER, Status.OK, "Не нужна: организация названа в самом сертификате.")
    return None


def _power(examined: Examined) -> Finding:
    if (unneeded := _no_power_needed(examined.subject, examined.whose)) is not None:
        return unneeded
    power = examined.power
    if power.found:
        until = f" Действует до {power.until:%d.%m.%Y}." if power.until else ""
        return Finding(Check.POWER, Status.OK, f"{power.text}{until}")
    text = f"Сертификату физического лица нужна машиночитаемая доверенность (МЧД) от организации. {power.text}"
    return Finding(Check.POWER, Status.PROBLEM, text, (GET_POWER, HEAD_SIGNS))
