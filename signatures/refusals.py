"""Why a signature was not accepted, or a certificate or list not imported: said to the user."""

from __future__ import annotations

from enum import StrEnum

from signatures.authority import Authority
from signatures.reports import SignerReport


class AcceptanceCode(StrEnum):
    """Reasons of the receipt itself, beside those of ``Verdict`` and ``AuthorityCode``."""

    SEVERAL_SIGNERS = "several_signers"
    ALREADY_ACCEPTED = "already_accepted"
    REQUEST_CLOSED = "request_closed"
    REQUEST_EXPIRED = "request_expired"
    OTHER_REQUEST = "other_request"
    NOT_ASKED = "not_asked"
    NO_RIGHT_TO_SIGN = "no_right_to_sign"
    NOT_YET = "not_yet"
    TURN_OVER = "turn_over"
    OPINION_WAITS = "opinion_waits"
    OPINION_OF_ANOTHER = "opinion_of_another"
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
    AcceptanceCode.REQUEST_CLOSED: (
        "Документ больше не ждёт подписей: его подписали или отозвали.",
        "Откройте документ заново из раздела «Документы на подпись»: там видно, что с ним.",
    ),
    AcceptanceCode.REQUEST_EXPIRED: (
        "Срок подписания документа истёк.",
        "Подготовьте документ заново и соберите подписи.",
    ),
    AcceptanceCode.OTHER_REQUEST: (
        "Это подпись другого документа вашей организации.",
        "Скачайте документ с этой страницы и подпишите именно его.",
    ),
    AcceptanceCode.NOT_ASKED: (
        "Владельца сертификата нет среди тех, кто подписывает этот документ.",
        "Фамилия, имя и отчество в сертификате и в документе должны совпадать.",
    ),
    AcceptanceCode.NO_RIGHT_TO_SIGN: (
        "Теперь документ подписывает организация, а права подписывать его у вас нет.",
        "Документ подпишет тот, у кого есть право подписи; его даёт администратор организации.",
    ),
    AcceptanceCode.NOT_YET: (
        "Очередь владельца сертификата ещё не наступила.",
        "Сначала подписывают те, кто стоит в списке раньше.",
    ),
    AcceptanceCode.TURN_OVER: (
        "Владелец сертификата уже подписал документ или отказался от подписи.",
        "Вторая подпись не нужна.",
    ),
    AcceptanceCode.OPINION_WAITS: (
        "Особое мнение владельца сертификата ещё не подписано.",
        "Сначала подпишите особое мнение или отзовите его, потом подпишите документ.",
    ),
    AcceptanceCode.OPINION_OF_ANOTHER: (
        "Особое мнение к этому документу подписал другой человек с тем же именем: СНИЛС в сертификатах разные.",
        "Документ подписывает тот, кто подписал особое мнение. Если подписал не тот, документ нужно подготовить заново.",
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
    def by_receipt(cls, code: AcceptanceCode, detail: str = "") -> SignatureRefused:
        """`detail`: a short Russian fact, whose certificate or which document."""
        explanation, advice = TEXTS[code]
        return cls(code, f"{explanation.rstrip('.')} ({detail})." if detail else explanation, advice)


class TrustRefused(Exception):
    """A certificate, revocation list or trust list is not imported; the argument is one Russian sentence.

    ``is_damage``: the bytes cannot be read at all, not only are they of no use here.
    """

    def __init__(self, text: str, *, is_damage: bool = False) -> None:
        super().__init__(text)
        self.is_damage = is_damage

    @property
    def text(self) -> str:
        return str(self.args[0])
