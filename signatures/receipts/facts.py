"""The facts of a kept signature in Russian, once for the printed receipt and for the text file of the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from core.identifiers import mask_snils
from core.templatetags.formats import filesize_ru, ogrn_label, ru_date, ru_datetime
from signatures.models import RevocationRecheck, Signature, SignerTurn
from signatures.opinions import dissents_with
from signatures.purposes import purpose_label
from signatures.reports import PENDING
from signatures.selectors import revocation_debt
from signatures.states import HEAD_ROLE, TurnKind
from signatures.subjects import Subject
from signatures.verdicts import Verdict

SOLE_TRADER, OF_AN_ORGANIZATION, PERSONAL = (
    "Сертификат индивидуального предпринимателя",
    "Сертификат организации, выданный лицу, которое действует от её имени без доверенности",
    "Личный сертификат",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line. `mono`: a number or digest to be compared sign by sign."""

    label: str
    value: str
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    facts: tuple[Fact, ...]


def check_address() -> str:
    """Where anybody who holds the files can have them checked."""
    return settings.PUBLIC_URL + reverse("signatures:check_document")


def honesty() -> str:
    """The sentence on our own code, as every page has it."""
    return " ".join(render_to_string("signatures/_honesty.html").split())


def right_of(signature: Signature, subject: Subject) -> str:
    """By what right he signed: a power of attorney, where one was kept, or what his certificate says of him."""
    if member := _as_himself(signature):
        return f"{member.role}: подписывает от своего имени"
    if signature.power is not None:
        return f"Машиночитаемая доверенность № {signature.power.short_number}"
    if subject.ogrnip:
        return SOLE_TRADER
    return OF_AN_ORGANIZATION if subject.innle or subject.ogrn else PERSONAL


def _as_himself(signature: Signature) -> SignerTurn | None:
    """His turn, of who signed as a member of a commission and not for the organization too. The head who signs a paper by name
    signs for the organization."""
    turns = list(signature.turns.all())
    if any(turn.kind == TurnKind.ORGANIZATION or turn.role == HEAD_ROLE for turn in turns):
        return None
    return next(iter(turns), None)


def _for_whom(signature: Signature) -> str:
    organization = signature.organization
    whose = f"{organization.full_name}, ИНН {organization.inn}, {ogrn_label(organization.ogrn)} {organization.ogrn}"
    member = _as_himself(signature)
    if member is None:
        return whose
    return f"за себя, {member.role[:1].lower()}{member.role[1:]}; документ организации: {whose}"


def sections(signature: Signature) -> list[Section]:
    subject = signature.subject
    return [
        _document(signature),
        _signer(signature, subject),
        _receipt(signature),
        *_opinions(signature),
        Section("Цепочка сертификатов", tuple(_chain(signature))),
        Section("Списки отзыва, по которым проверено", tuple(_lists(signature))),
    ]


def _document(signature: Signature) -> Section:
    kept = signature.document
    return Section(
        "Документ",
        (
            Fact("Наименование", kept.name),
            Fact("Вид", purpose_label(signature.purpose)),
            Fact("Размер", f"{kept.size} байт ({filesize_ru(kept.size)})"),
            Fact("SHA-256", kept.sha256, mono=True),
            Fact("ГОСТ Р 34.11-2012 (Стрибог), 256 бит", kept.streebog256, mono=True),
        ),
    )


def _signer(signature: Signature, subject: Subject) -> Section:
    return Section(
        "Кто подписал",
        (
            Fact("Владелец сертификата", ", ".join(filter(None, (subject.person, subject.title)))),
            Fact("СНИЛС", mask_snils(subject.snils) if subject.snils else "в сертификате не указан"),
            Fact("Организация в сертификате", subject.o or "не указана"),
            Fact("За кого", _for_whom(signature)),
            Fact("На каком основании", right_of(signature, subject)),
            Fact("Сертификат", signature.serial.upper(), mono=True),
            Fact("Действителен", f"с {ru_date(signature.not_before)} по {ru_date(signature.not_after)}"),
            Fact("Квалифицированный", "да" if signature.qualified else "нет"),
            Fact("Отпечаток сертификата SHA-1", signature.thumbprint, mono=True),
        ),
    )


def _receipt(signature: Signature) -> Section:
    claimed, debt = signature.signing_time, revocation_debt(signature)
    return Section(
        "Приём и проверка",
        (
            Fact("Принята кабинетом", ru_datetime(signature.moment)),
            Fact("Результат проверки на это время", PENDING if debt else Verdict(signature.verdict).explanation),
            *([Fact("Отзыв сертификата, что выяснено позже", debt_words(debt))] if debt else []),
            Fact(
                "Время подписания по словам подписавшего",
                f"{ru_datetime(claimed)}; ничем не подтверждено" if claimed else "не указано",
            ),
            Fact("Номер подписи в кабинете", str(signature.uid), mono=True),
            Fact("Файл подписи, SHA-256", signature.sha256, mono=True),
        ),
    )


def _opinions(signature: Signature) -> Iterator[Section]:
    """Nothing is said of opinions where there are none."""
    for each in dissents_with(signature):
        if each.signature is not None:
            facts = (
                Fact("Чьё", each.turn.person),
                Fact("Подпись принята кабинетом", ru_datetime(each.signature.moment)),
                Fact("Номер подписи в кабинете", str(each.signature.uid), mono=True),
                Fact("Текст, SHA-256", each.request.sha256, mono=True),
            )
            yield Section("Особое мнение", facts)


def debt_words(debt: RevocationRecheck) -> str:
    """What became known after the receipt, and as of when."""
    if debt.revoked_at is not None:
        return f"{debt.words} (отозван {ru_datetime(debt.revoked_at)})"
    return debt.words


def _chain(signature: Signature) -> list[Fact]:
    """From the signer to the root."""
    names = ["Подписавший", *["Удостоверяющий центр"] * (len(signature.chain) - 2), "Корневой"]
    return [
        Fact(label, f"{link.get('name', '')}, отпечаток {link.get('thumbprint', '')}")
        for label, link in zip(names, signature.chain, strict=False)
    ]


def _lists(signature: Signature) -> list[Fact]:
    return [
        Fact(str(used.get("issuer", "")), f"№ {used.get('number') or 'не указан'}, SHA-256 {used.get('sha256', '')}")
        for used in signature.revocation
    ]


def as_text(signature: Signature) -> str:
    """The receipt as plain text."""
    lines = ["КВИТАНЦИЯ О ПОДПИСАНИИ", ""]
    for section in sections(signature):
        lines += [section.heading.upper(), *(f"  {fact.label}: {fact.value}" for fact in section.facts), ""]
    lines += [f"Проверить документ: {check_address()}", honesty(), ""]
    return "\n".join(lines)


def printed(signature: Signature) -> dict[str, Any]:
    """Context of the printed receipt."""
    return {
        "signature": signature,
        "subject": signature.subject,
        "sections": sections(signature),
        "check_address": check_address(),
    }
