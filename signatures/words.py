"""How the verbs of this app read in the journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse

from core.journal.words import Facts, Subject, register_sentence, register_subjects, register_theme
from signatures.models import PowerOfAttorney, RevocationRecheck
from signatures.purposes import purpose_label
from signatures.states import TurnState

FOUND_MAX = 1000


def _accepted(facts: Facts) -> str:
    return f"Принята электронная подпись, отпечаток сертификата {str(facts.get('thumbprint', ''))[:16]}…"


def _turn(facts: Facts) -> str:
    """`to` is the state that the turn came to."""
    role = str(facts.get("role", ""))
    if facts.get("to") == TurnState.DECLINED:
        return f"Отмечен отказ от подписи: {role.lower()}."
    opinion = " с особым мнением" if facts.get("to") == TurnState.OBJECTED else ""
    return f"Подпись поставлена{opinion}: {role[:1].lower()}{role[1:]}."


register_theme("Подписи и сертификаты", "signature", "signing", "trust")
register_sentence(
    "signing.requested", lambda facts: f"Документ ждёт подписи: {purpose_label(facts.get('purpose', ''))}."
)
register_sentence("signing.turn_closed", _turn)
register_sentence("signing.completed", "Все подписи под документом собраны.")
register_sentence("signing.withdrawn", "Документ больше не ждёт подписей.")
register_sentence("signing.expired", "Срок подписания документа истёк.")


def _checked(facts: Facts) -> str:
    outcome = facts.get("outcome", "")
    words = RevocationRecheck.Outcome(outcome).label if outcome in RevocationRecheck.Outcome.values else "нет ответа"
    return f"Проверен отзыв сертификата принятой подписи. {words}."


register_sentence("signature.accepted", _accepted)
register_sentence("trust.certificate_added", "Сертификат удостоверяющего центра добавлен в список доверенных.")
register_sentence(
    "trust.certificate_removed",
    lambda facts: f"Сертификат удостоверяющего центра исключён из доверенных: {facts.get('reason', '')}.",
)
register_sentence("trust.revocation_list_added", lambda facts: f"Загружен список отзыва № {facts.get('number', '')}.")

register_theme("Доверенности (МЧД)", "mchd")
register_sentence("mchd.drafted", "Доверенность создана и ждёт подписи руководителя.")
register_sentence("mchd.discarded", "Черновик доверенности удалён.")
register_sentence("mchd.added", "Доверенность добавлена в кабинет.")
register_sentence("mchd.returned", "Доверенность возвращена в кабинет.")
register_sentence("mchd.withdrawn", "Доверенность убрана из кабинета.")
register_sentence("mchd.revoked", lambda facts: f"Доверенность отменена, источник: {facts.get('source', '')}.")


def _named(acting: Any, ids: Collection[str]) -> Mapping[str, Subject]:
    rows = PowerOfAttorney.objects.visible_to(acting).filter(pk__in=ids)
    return {str(row.pk): Subject(str(row), reverse("signatures:power", args=[row.pk])) for row in rows}


def _found(acting: Any, text: str) -> Collection[str]:
    rows = PowerOfAttorney.objects.visible_to(acting)
    found = rows.filter(Q(number__icontains=text) | Q(inner_number__icontains=text))
    return [str(pk) for pk in found.values_list("pk", flat=True)[:FOUND_MAX]]


register_subjects("signatures.powerofattorney", _named, _found)
register_sentence(
    "trust.list_imported",
    lambda facts: (
        "Загружен перечень аккредитованных удостоверяющих центров:"
        f" добавлено сертификатов {facts.get('added', 0)}, исключено {facts.get('removed', 0)}."
    ),
)
register_sentence(
    "signature.revocation_pending", "Подпись принята, отзыв сертификата ещё не проверен: не было свежего списка отзыва."
)
register_sentence("signature.revocation_checked", _checked)
