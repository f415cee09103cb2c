"""How the verbs of this app read in the journal."""

from __future__ import annotations

from core.journal.words import Facts, register_sentence, register_theme
from signatures.models import RevocationRecheck


def _accepted(facts: Facts) -> str:
    return f"Принята электронная подпись, отпечаток сертификата {str(facts.get('thumbprint', ''))[:16]}…"


def _checked(facts: Facts) -> str:
    outcome = facts.get("outcome", "")
    words = RevocationRecheck.Outcome(outcome).label if outcome in RevocationRecheck.Outcome.values else "нет ответа"
    return f"Проверен отзыв сертификата принятой подписи. {words}."


register_theme("Подписи и сертификаты", "signature", "trust")
register_sentence("signature.accepted", _accepted)
register_sentence("trust.certificate_added", "Сертификат удостоверяющего центра добавлен в список доверенных.")
register_sentence(
    "trust.certificate_removed",
    lambda facts: f"Сертификат удостоверяющего центра исключён из доверенных: {facts.get('reason', '')}.",
)
register_sentence("trust.revocation_list_added", lambda facts: f"Загружен список отзыва № {facts.get('number', '')}.")
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
