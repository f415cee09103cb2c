"""What the doctor says: one finding for every check, and the diagnosis they make together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from core.identifiers import is_ogrnip
from signatures import powers
from signatures.authority import Authority
from signatures.doctor.power import NO_POWER, Power
from signatures.reports import SignerReport
from signatures.subjects import Subject


class Status(StrEnum):
    """UNKNOWN: nobody can tell now, it is not the person's fault."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return LABELS[self][0]

    @property
    def tone(self) -> str:
        """The tone of the badge (docs/components.md)."""
        return LABELS[self][1]


LABELS = {
    Status.OK: ("В порядке", "good"),
    Status.WARNING: ("Обратите внимание", "careful"),
    Status.PROBLEM: ("Мешает подписать", "stop"),
    Status.UNKNOWN: ("Не проверено", "plain"),
}


class Check(StrEnum):
    """The closed list of checks, in the order they are shown: those of a signature, then those of its certificate."""

    label: str

    def __new__(cls, code: str, label: str) -> Check:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    FORMAT = "format", "Формат файла подписи"
    SIGNERS = "signers", "Сколько человек подписали"
    DIGEST = "digest", "Алгоритм хеширования"
    ATTRIBUTES = "attributes", "Обязательные сведения CAdES-BES"
    CONTENT = "content", "Что подписано"
    VALUE = "value", "Значение подписи"
    TIME = "time", "Время подписания"
    KIND = "kind", "Вид сертификата"
    OWNER = "owner", "Владелец"
    ORGANIZATION = "organization", "Организация"
    PERSON = "person", "Ваш ли сертификат"
    POWER = "power", "Доверенность (МЧД)"
    PERIOD = "period", "Срок действия сертификата"
    KEY_PERIOD = "key_period", "Срок действия ключа"
    ALGORITHM = "algorithm", "Алгоритм и длина ключа"
    QUALIFIED = "qualified", "Квалифицированный ли"
    USAGE = "usage", "Для чего выдан ключ"
    CHAIN = "chain", "Кто выдал"
    REVOCATION = "revocation", "Не отозван ли"
    VERDICT = "verdict", "Проверка в целом"


@dataclass(frozen=True, slots=True)
class Finding:
    """``text``: Russian sentences, СНИЛС masked; ``advice``: steps in their order, each a sentence."""

    check: Check
    status: Status
    text: str
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Whose:
    """From whom a signature is to be accepted.  An ``ogrn`` of fifteen digits is a sole trader's ОГРНИП."""

    organization: str
    inn: str
    ogrn: str
    snils: str

    @property
    def is_trader(self) -> bool:
        return is_ogrnip(self.ogrn)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """``suits``: a signature would be (or, of a trial signature: was) accepted from this person for this organization.

    It is the answer of the acceptance itself, never counted from the findings.  ``report`` is what the verification says,
    ``authority`` what ``who_may_sign`` says of a signature that is right in itself.  ``gives_powers``: a power of attorney of the
    organization may be signed by it; that is asked of the certificate alone, whoever brings it.
    """

    suits: bool
    findings: tuple[Finding, ...]
    report: SignerReport
    authority: Authority
    power: Power = NO_POWER
    is_trial: bool = False
    gives_powers: bool = False

    @property
    def subject(self) -> Subject:
        return self.report.subject

    @property
    def needs_power(self) -> bool:
        """All is well but for the power of attorney that a personal certificate needs."""
        return self.report.ok and powers.is_personal(self.authority, self.report)

    def of(self, *statuses: Status) -> list[Finding]:
        return [finding for finding in self.findings if finding.status in statuses]

    @property
    def obstacles(self) -> list[Finding]:
        """Why it does not suit: what is wrong, else what nobody can tell; empty where it does."""
        return [] if self.suits else self.of(Status.PROBLEM) or self.of(Status.UNKNOWN)

    @property
    def warnings(self) -> list[Finding]:
        return self.of(Status.WARNING)


def agreed(findings: Iterable[Finding], *, suits: bool, explanation: str, advice: str) -> tuple[Finding, ...]:
    """The findings in the order of the checks, never at odds with the acceptance.

    What is refused for a reason that no finding names gets one; what is accepted has no problems.
    """
    shown = list(findings)
    if suits:
        shown = [_softened(each) for each in shown]
    elif not any(each.status in (Status.PROBLEM, Status.UNKNOWN) for each in shown):
        shown.append(Finding(Check.VERDICT, Status.PROBLEM, explanation, (advice,) if advice else ()))
    order = list(Check)
    return tuple(sorted(shown, key=lambda each: order.index(each.check)))


def _softened(finding: Finding) -> Finding:
    return replace(finding, status=Status.WARNING) if finding.status is Status.PROBLEM else finding
