"""How the verbs of the archive read in the journal."""

from __future__ import annotations

from core.journal.words import Facts, register_sentence
from signatures.archive.reasons import Reason


def _broken(facts: Facts) -> str:
    known = {str(each): each.explanation for each in Reason}
    told = " ".join(known.get(str(code), str(code)) for code in facts.get("reasons", ()))
    return f"Подпись из архива не подтвердилась при повторной проверке. {told}".strip()


register_sentence("signature.archive_broken", _broken)
register_sentence("signature.archive_mended", "Подпись из архива снова подтверждается.")
