"""A diagnosis as pages and scripts show it to the person who acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.acting import Acting
from signatures.doctor.examined import day_of
from signatures.doctor.findings import Diagnosis, Finding, Whose
from signatures.doctor.kinds import Suitability, suitable_for
from signatures.doctor.power import PowerOf, power_for
from signatures.doctor.summary import Summary, summary_of
from signatures.subjects import Subject


@dataclass(frozen=True, slots=True)
class Shown:
    """What the templates read."""

    diagnosis: Diagnosis
    summary: Summary
    suitable: list[Suitability]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.diagnosis.findings

    @property
    def is_stop(self) -> bool:
        return self.summary.kind == "stop"

    @property
    def word(self) -> str:
        if self.diagnosis.suits:
            return "Подойдёт"
        return "Не подойдёт" if self.is_stop else "Нужна доверенность"

    @property
    def tone(self) -> str:
        """The tone of the badge (docs/components.md)."""
        if self.is_stop:
            return "stop"
        return "good" if self.summary.kind == "done" else "careful"

    @property
    def owner(self) -> str:
        return owner_of(self.diagnosis.subject)

    @property
    def facts(self) -> str:
        """ИНН and the last day: what tells one certificate of a person from another."""
        subject, until = self.diagnosis.subject, self.diagnosis.report.not_after
        inn = subject.innle or subject.inn
        parts = [f"ИНН {inn}" if inn else "", f"действует до {day_of(until)}" if until else ""]
        return " · ".join(part for part in parts if part)


def whose(acting: Acting) -> Whose:
    """From whom a signature is accepted in this request."""
    organization = acting.organization
    return Whose(organization.name, organization.inn, organization.ogrn, acting.user.snils)


def power_of(acting: Acting, moment: datetime) -> PowerOf:
    return lambda subject: power_for(acting, subject, moment)


def shown(diagnosis: Diagnosis, acting: Acting) -> Shown:
    suitable = suitable_for(diagnosis, acting.holds)
    return Shown(diagnosis, summary_of(diagnosis, suitable), suitable)


def owner_of(subject: Subject) -> str:
    """«Иванов Пётр Сергеевич, ООО «Ромашка»»."""
    names = [subject.person, subject.o or (subject.cn if subject.cn != subject.person else "")]
    return ", ".join(name for name in names if name) or "Владелец не назван"
