"""For which documents a certificate will do: of the kinds that the cabinet signs (signatures.purposes)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from accounts.rights import BY_CODE, Right
from signatures.doctor.findings import Diagnosis
from signatures.purposes import purposes


@dataclass(frozen=True, slots=True)
class KindOfDocument:
    """``label`` names one of them, ``many`` follows «можно подписывать»; any one of ``rights`` lets a person sign.

    ``head_only``: it is signed by the head's certificate, never by a power of attorney, and anybody may bring his signature.
    ``as_himself``: by any certificate of a person, who signs for nobody else (a member of a commission).
    """

    code: str
    label: str
    many: str
    rights: tuple[Right, ...] = ()
    as_himself: bool = False

    @property
    def head_only(self) -> bool:
        return not self.rights and not self.as_himself


# No purpose: nobody asks the doctor's page for it, the signing panel does.
PERSONAL = KindOfDocument("personal", "Подпись от своего имени", "документы от своего имени", as_himself=True)


def kinds() -> list[KindOfDocument]:
    """Every purpose, those of the head last: other people have more to do with the others."""
    found = [
        KindOfDocument(each.code, each.label, each.many, tuple(BY_CODE[right] for right in each.sign_rights))
        for each in purposes()
        if not each.as_himself  # PERSONAL tells of them all
    ]
    return sorted(found, key=lambda kind: kind.head_only)


def kind_of(code: str) -> KindOfDocument | None:
    """The kind with this code, None for one that nobody knows."""
    return next((kind for kind in (*kinds(), PERSONAL) if kind.code == code), None)


class Answer(StrEnum):
    """NO_RIGHT: the certificate will do, the person may not."""

    YES = "yes"
    WITH_POWER = "with_power"
    NO_RIGHT = "no_right"
    NO = "no"

    @property
    def label(self) -> str:
        return ANSWERS[self][0]

    @property
    def tone(self) -> str:
        """The tone of the badge (docs/components.md)."""
        return ANSWERS[self][1]


ANSWERS = {
    Answer.YES: ("Да", "good"),
    Answer.WITH_POWER: ("Да, с МЧД", "careful"),
    Answer.NO_RIGHT: ("Нет права", "careful"),
    Answer.NO: ("Нет", "stop"),
}


@dataclass(frozen=True, slots=True)
class Suitability:
    """``why``: one Russian sentence or two."""

    kind: KindOfDocument
    answer: Answer
    why: str


def suitable_for(diagnosis: Diagnosis, holds: Callable[[str], bool]) -> list[Suitability]:
    """What the certificate will do for, taken together with the rights of the person (``Acting.holds``)."""
    return [Suitability(kind, *_answer(kind, diagnosis, holds)) for kind in kinds()]


def will_do(diagnosis: Diagnosis, kind: KindOfDocument | None) -> bool:
    """Whether a document of this kind (None: any) may be signed by the certificate; rights aside."""
    if kind is not None and kind.as_himself:
        return diagnosis.report.ok
    return diagnosis.gives_powers if kind is not None and kind.head_only else diagnosis.suits


def _answer(kind: KindOfDocument, diagnosis: Diagnosis, holds: Callable[[str], bool]) -> tuple[Answer, str]:
    allowed = not kind.rights or any(holds(right) for right in kind.rights)
    lacking = "" if allowed else f"У вас нет права {' или '.join(f'«{right.label}»' for right in kind.rights)}."
    if will_do(diagnosis, kind):
        if lacking:
            return Answer.NO_RIGHT, f"{lacking} Его даёт администратор вашей организации."
        return Answer.YES, _good_because(kind, diagnosis)
    if kind.head_only and (diagnosis.suits or diagnosis.needs_power):
        return Answer.NO, "Доверенность подписывает руководитель сертификатом организации."
    if diagnosis.needs_power:
        return Answer.WITH_POWER, f"Нужна доверенность (МЧД) от организации. {diagnosis.power.text} {lacking}".strip()
    obstacle = diagnosis.obstacles[0].text if diagnosis.obstacles else diagnosis.report.explanation
    return Answer.NO, obstacle


def _good_because(kind: KindOfDocument, diagnosis: Diagnosis) -> str:
    if kind.head_only:
        return "Подпись подходит; документ подписывает руководитель организации."
    if diagnosis.subject.is_personal:
        return diagnosis.power.text
    return "Подпись подходит, право подписывать у вас есть."
