"""How the verbs of this app read in the journal."""

from __future__ import annotations

from core.journal.words import Facts, register_sentence, register_theme

LISTS = {
    "organizations": "организаций СОУТ",
    "experts": "экспертов",
    "sout_ids": "идентификационных номеров СОУТ",
    "known_workplaces": "действующих рабочих мест",
}


def _imported(facts: Facts) -> str:
    counts = [f"{word} {facts[name]}" for name, word in LISTS.items() if facts.get(name)]
    return f"Загружены реестры: {', '.join(counts)}." if counts else "Загружены реестры: записей не было."


register_theme("Реестры", "registers")
register_sentence("registers.imported", _imported)
register_sentence("registers.received", "Получен файл реестров.")
register_sentence("registers.loaded", "Файл реестров загружен.")
register_sentence("registers.refused", "Файл реестров не принят: в нём ошибки.")
