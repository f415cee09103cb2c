"""The diagnosis of a certificate, before anything is signed by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from signatures.cms.encoding import load_certificate
from signatures.cms.exact import Certificate
from signatures.cms.refusal import Refused, reading
from signatures.doctor.chain import chain_findings
from signatures.doctor.examined import Examined
from signatures.doctor.findings import Check, Diagnosis, Finding, Whose, agreed
from signatures.doctor.fitness import fitness_findings
from signatures.doctor.owner import owner_findings
from signatures.doctor.power import PowerOf, authority_of, no_power
from signatures.mchd.checking import is_principals
from signatures.reports import SignerReport
from signatures.trust import TrustStore
from signatures.verdicts import Verdict
from signatures.verification import verify_certificate


def diagnose_certificate(
    der: bytes,
    *,
    whose: Whose,
    trust: TrustStore,
    moment: datetime,
    embedded: Sequence[bytes] = (),
    power_of: PowerOf = no_power,
) -> Diagnosis:
    """Say whether a signature by this certificate (DER) will be accepted at ``moment`` (aware), and all that is wrong.

    ``embedded``: certificates of authorities that came with it, as a signature may bring them.
    Raises ValueError when the bytes are no certificate.
    """
    certificate = load_certificate(der)
    others = [load_certificate(each) for each in embedded]
    report = verify_certificate(certificate, others, trust, moment)
    return diagnosis_of(certificate, others, report, whose=whose, trust=trust, moment=moment, power_of=power_of)


def diagnosis_of(
    certificate: Certificate,
    embedded: Sequence[Certificate],
    report: SignerReport,
    *,
    whose: Whose,
    trust: TrustStore,
    moment: datetime,
    power_of: PowerOf,
    also: Sequence[Finding] = (),
    accepted: bool = True,
    is_trial: bool = False,
) -> Diagnosis:
    """Put the diagnosis together from the report of a verification.

    ``also``: findings of the signature that the certificate stands in; ``accepted`` False where these alone refuse it.
    """
    power = power_of(report.subject)
    right = replace(report, verdict=Verdict.OK, detail="")
    authority = authority_of(right, whose, power)
    suits = accepted and report.ok and authority.ok
    examined = Examined(certificate, tuple(embedded), right, report, whose, trust, moment, power)
    findings = [*also, *certificate_findings(examined)]
    refusal = report if not report.ok else authority
    return Diagnosis(
        suits=suits,
        findings=agreed(findings, suits=suits, explanation=refusal.explanation, advice=refusal.advice),
        report=report,
        authority=authority,
        power=power,
        is_trial=is_trial,
        gives_powers=accepted
        and report.ok
        and is_principals(report.subject, whose.inn, whose.ogrn, is_trader=whose.is_trader),
    )


def certificate_findings(examined: Examined) -> list[Finding]:
    """Every check of the certificate; one that cannot be read through gives what was read before.

    One whose owner cannot be read gives none: the verdict alone speaks.
    """
    found: list[Finding] = []
    if not examined.report.certificate:
        return found
    try:
        for group in (owner_findings, fitness_findings, chain_findings):
            with reading():
                found.extend(group(examined))
    except Refused:
        text = "Часть сведений сертификата прочитать нельзя: он повреждён или составлен не по правилам."
        found.append(examined.finding_of_refusal(Check.VERDICT, text))
    return found
