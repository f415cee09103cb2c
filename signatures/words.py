"""How the verbs of this app read in the journal."""

from __future__ import annotations

from core.journal.words import Facts, register_sentence, register_theme
from signatures.purposes import purpose_label
from signatures.states import TurnState


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
register_sentence("signature.accepted", _accepted)
register_sentence("trust.certificate_added", "Сертификат удостоверяющего центра добавлен в список доверенных.")
register_sentence(
    "trust.certificate_removed",
    lambda facts: f"Сертификат удостоверяющего центра исключён из доверенных: {facts.get('reason', '')}.",
)
register_sentence("trust.revocation_list_added", lambda facts: f"Загружен список отзыва № {facts.get('number', '')}.")
