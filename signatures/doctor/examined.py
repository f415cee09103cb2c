"""What the checks of a certificate are given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.templatetags.formats import MOSCOW
from signatures.authority import Authority
from signatures.cms.exact import Certificate
from signatures.doctor.advice import ASK_ISSUER
from signatures.doctor.findings import Check, Finding, Status, Whose
from signatures.doctor.power import Power, authority_of
from signatures.reports import SignerReport
from signatures.subjects import Subject
from signatures.trust import TrustStore


@dataclass(frozen=True, slots=True)
class Examined:
    """``right`` is the report as it would be if nothing were wrong with the certificate, ``report`` the true one."""

    certificate: Certificate
    embedded: tuple[Certificate, ...]
    right: SignerReport
    report: SignerReport
    whose: Whose
    trust: TrustStore
    moment: datetime
    power: Power

    @property
    def subject(self) -> Subject:
        return self.right.subject

    def authority(self, subject: Subject | None = None) -> Authority:
        """What the acceptance says of the owner; of another one in his place, to ask for one thing alone."""
        return authority_of(replace(self.right, subject=subject or self.subject), self.whose, self.power)

    def finding_of_refusal(self, check: Check, text: str) -> Finding:
        return Finding(check, Status.UNKNOWN if self.report.ok else Status.PROBLEM, text, (ASK_ISSUER,))


def _in_moscow(moment: datetime) -> datetime:
    """«For ever» of RFC 5280 (the last second of the year 9999 in Greenwich) is a year later in Moscow: it stays as it is."""
    try:
        return moment.astimezone(MOSCOW)
    except OverflowError:
        return moment


def day_of(moment: datetime) -> str:
    """21.11.2026, by Moscow's calendar."""
    return f"{_in_moscow(moment):%d.%m.%Y}"


def moment_of(moment: datetime) -> str:
    """21.11.2026, 14:03, by Moscow's clock."""
    return f"{_in_moscow(moment):%d.%m.%Y, %H:%M}"


def days_left(until: datetime, moment: datetime) -> int:
    """Whole days of Moscow's calendar; 0 on the last one."""
    return (_in_moscow(until).date() - _in_moscow(moment).date()).days
