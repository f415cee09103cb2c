"""How the verbs of this app read in the journal."""

from __future__ import annotations

from core.journal.words import Facts, register_sentence, register_theme


def _accepted(facts: Facts) -> str:
    return f"Принята электронная подпись, отпечаток сертификата {str(facts.get('thumbprint', ''))[:16]}…"


register_theme("Подписи и сертификаты", "signature", "trust")
register_sentence("signature.accepted", _accepted)
register_sentence("trust.certificate_added", "Сертификат удостоверяющего центра добавлен в список доверенных.")
register_sentence(
    "trust.certificate_removed",
    lambda facts: f"Сертификат удостоверяющего центра исключён из доверенных: {facts.get('reason', '')}.",
)
register_sentence("trust.revocation_list_added", lambda facts: f"Загружен список отзыва № {facts.get('number', '')}.")
