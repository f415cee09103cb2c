"""Why a kept signature does not hold: a closed list, each with a Russian sentence.

The codes are part of the public interface (``manage.py verify_archive --json``, rows of ArchiveCheck), so a code is never
renamed.  A certificate that ran out or was revoked since, a root taken off the trust list since, are no reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    DOCUMENT_MISSING = "document_missing"
    DOCUMENT_CHANGED = "document_changed"
    SIGNATURE_CHANGED = "signature_changed"
    CERTIFICATE_CHANGED = "certificate_changed"
    FACTS_CHANGED = "facts_changed"
    CHAIN_DAMAGED = "chain_damaged"
    REVOCATION_LIST_MISSING = "revocation_list_missing"
    REVOCATION_LIST_CHANGED = "revocation_list_changed"
    VERDICT_DIFFERS = "verdict_differs"
    JOURNAL_LINE_MISSING = "journal_line_missing"
    JOURNAL_LINE_CHANGED = "journal_line_changed"
    JOURNAL_LINE_DIFFERS = "journal_line_differs"
    JOURNAL_LINE_NOT_SEALED = "journal_line_not_sealed"
    POWER_DAMAGED = "power_damaged"

    @property
    def explanation(self) -> str:
        return TEXTS[self]


TEXTS: dict[Reason, str] = {
    Reason.DOCUMENT_MISSING: "Байты документа не сохранились: файла нет в хранилище.",
    Reason.DOCUMENT_CHANGED: "Байты документа не те, что были подписаны: контрольная сумма или размер не совпали.",
    Reason.SIGNATURE_CHANGED: "Файл подписи не тот, что был принят: контрольная сумма не совпала.",
    Reason.CERTIFICATE_CHANGED: "Сохранённый сертификат не тот, которым поставлена подпись.",
    Reason.FACTS_CHANGED: "Сохранённые сведения о подписи расходятся с самой подписью.",
    Reason.CHAIN_DAMAGED: "Сохранённая цепочка сертификатов не читается или неполна.",
    Reason.REVOCATION_LIST_MISSING: "Нет списка отзыва, по которому проверялась подпись.",
    Reason.REVOCATION_LIST_CHANGED: "Список отзыва, по которому проверялась подпись, повреждён или подменён.",
    Reason.VERDICT_DIFFERS: "Повторная проверка на момент приёма даёт другой ответ.",
    Reason.JOURNAL_LINE_MISSING: "В журнале нет записи о приёме подписи.",
    Reason.JOURNAL_LINE_CHANGED: "Запись журнала о приёме подписи изменена в обход системы.",
    Reason.JOURNAL_LINE_DIFFERS: "Запись журнала о приёме говорит о другой подписи, другом документе или другом времени.",
    Reason.JOURNAL_LINE_NOT_SEALED: "Запись журнала о приёме подписи не опечатана.",
    Reason.POWER_DAMAGED: "Доверенность, по которой подписано, повреждена или не сохранилась.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason; `detail` is a short fact without personal data (a digest, a number, a verdict), or empty."""

    reason: Reason
    detail: str = ""

    @property
    def text(self) -> str:
        return f"{self.reason.explanation.rstrip('.')} ({self.detail})." if self.detail else self.reason.explanation
