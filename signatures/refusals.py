"""Why a signature was not accepted, or a certificate or list not imported: said to the user."""

from __future__ import annotations

from enum import StrEnum

from signatures.authority import Authority
from signatures.reports import SignerReport


class AcceptanceCode(StrEnum):
    """Reasons of the receipt itself, beside those of ``Verdict`` and ``AuthorityCode``."""

    SEVERAL_SIGNERS = "several_signers"
    ALREADY_ACCEPTED = "already_accepted"
    TRIAL_TEXT = "trial_text"


TEXTS: dict[AcceptanceCode, tuple[str, str]] = {
    AcceptanceCode.SEVERAL_SIGNERS: (
        "В файле подписи больше одной подписи.",
        "Загрузите файл с подписью одного человека.",
    ),
    AcceptanceCode.ALREADY_ACCEPTED: (
        "Эта подпись уже принята.",
        "Если документ нужно подписать ещё раз, сформируйте новую подпись.",
    ),
    AcceptanceCode.TRIAL_TEXT: (
        "Подписан текст для пробной подписи, а не документ.",
        "Скачайте документ со страницы подписания и подпишите именно его.",
    ),
}


class SignatureRefused(Exception):
    """A signature is not accepted; ``code`` is one of Verdict, AuthorityCode or AcceptanceCode."""

    def __init__(self, code: StrEnum, explanation: str, advice: str = "") -> None:
        super().__init__(code.value)
        self.code = code
        self.explanation = explanation
        self.advice = advice

    @property
    def text(self) -> str:
        """Explanation and advice in one Russian line."""
        return f"{self.explanation} {self.advice}".strip()

    @classmethod
    def by_report(cls, report: SignerReport) -> SignatureRefused:
        return cls(report.verdict, report.explanation, report.advice)

    @classmethod
    def by_authority(cls, authority: Authority) -> SignatureRefused:
        return cls(authority.code, authority.explanation, authority.advice)

    @classmethod
    def by_receipt(cls, code: AcceptanceCode) -> SignatureRefused:
        return cls(code, *TEXTS[code])


class TrustRefused(Exception):
    """A certificate or revocation list is not imported; the argument is one Russian sentence."""

    @property
    def text(self) -> str:
        return str(self.args[0])
