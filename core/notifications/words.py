"""How the verbs of this app read in the journal. An address itself never stands in it."""

from __future__ import annotations

from core.journal.words import Facts, register_sentence, register_theme
from core.notifications.models import Topic


def _topics(facts: Facts) -> str:
    named = [f"«{Topic(code).label}»" for code in facts.get("topics") or [] if code in Topic.values]
    return ", ".join(named) or "не выбраны"


register_theme("Уведомления", "notices", "address")
register_sentence("notices.preferences_saved", "Изменены настройки уведомлений.")
register_sentence("address.asked", lambda facts: f"Указан адрес для уведомлений, темы: {_topics(facts)}.")
register_sentence("address.asked_again", "Письмо для подтверждения адреса отправлено ещё раз.")
register_sentence("address.confirmed", "Адрес для уведомлений подтверждён.")
register_sentence("address.removed", "Адрес для уведомлений удалён.")
register_sentence(
    "address.paused", "Копии писем на адрес приостановлены: у того, кто за него отвечал, больше нет доступа."
)
register_sentence("address.kept", lambda facts: f"Адрес для уведомлений оставлен, темы: {_topics(facts)}.")
register_sentence("address.topics_changed", lambda facts: f"Изменены темы уведомлений по адресу: {_topics(facts)}.")
