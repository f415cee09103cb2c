"""Who issued the certificate, do we trust him, and is the certificate revoked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from signatures.cms.chain import check_revocation, validate_chain
from signatures.cms.exact import Certificate, exact
from signatures.cms.issuers import issuers_of
from signatures.cms.refusal import Refused
from signatures.doctor.advice import (
    ADD_AUTHORITY,
    ASK_ISSUER,
    ASK_OPERATOR,
    CHECK_ACCREDITATION,
    CHOOSE_ANOTHER,
    renewal,
)
from signatures.doctor.examined import Examined
from signatures.doctor.findings import Check, Finding, Status
from signatures.reports import RevocationUse
from signatures.subjects import common_name, same_name
from signatures.trust import RevocationPolicy
from signatures.verdicts import Verdict

LONGEST_CHAIN = 10
NOT_ASKED = Finding(Check.REVOCATION, Status.UNKNOWN, "Не проверялось: так настроена система.")


def chain_findings(examined: Examined) -> Iterator[Finding]:
    """The chain is looked at as of the certificate's own time where that is over: an expired one has an issuer too.

    What the verification has found good already is not asked again: in Python that takes its time.
    """
    certificate, report = examined.certificate, examined.report
    if report.ok:
        yield _trusted([link.name for link in report.chain])
        yield _good(report.revocation_lists) if _is_asked(examined) else NOT_ASKED
        return
    within = min(max(examined.moment, certificate.not_valid_before), certificate.not_valid_after)
    try:
        chain = validate_chain(certificate, [certificate, *examined.embedded], examined.trust, within)
    except Refused as refusal:
        yield _no_chain(examined, refusal) if within == examined.moment else _out_of_time(certificate)
        text = "Не проверялось: сначала нужно знать, кто выдал сертификат."
        yield Finding(Check.REVOCATION, Status.UNKNOWN, text)
        return
    yield _trusted([common_name(each.subject) for each in chain])
    yield _revocation(examined, chain)


def _trusted(names: list[str]) -> Finding:
    """``names`` of the chain, the owner's first."""
    above = " → ".join(f"«{name}»" for name in names[1:])
    text = f"Выдан центром, которому система доверяет: {above}." if above else "Это корневой сертификат списка доверия."
    return Finding(Check.CHAIN, Status.OK, text)


def _out_of_time(certificate: Certificate) -> Finding:
    """What we trust today says nothing of another time: that the certificate is not in force is told already."""
    text = f"«{common_name(certificate.issuer)}». Доверие к центру не проверялось: сертификат не действует."
    return Finding(Check.CHAIN, Status.UNKNOWN, text)


def _no_chain(examined: Examined, refusal: Refused) -> Finding:
    missing = missing_authority(examined)
    if refusal.verdict is Verdict.NO_TRUSTED_CHAIN:
        named = [each for each in examined.trust.roots if common_name(each.subject) == missing]
        if named and not any(each.not_valid_before <= examined.moment <= each.not_valid_after for each in named):
            text = f"Корневой сертификат центра «{missing}», который известен системе, сейчас не действует."
            return Finding(Check.CHAIN, Status.PROBLEM, text, (ASK_OPERATOR, CHOOSE_ANOTHER))
        if named:
            text = (
                f"Издателем назван «{missing}», но ключом этого центра, который известен системе, сертификат не подписан: "
                "ключ центра сменился или сертификат поддельный."
            )
            return Finding(Check.CHAIN, Status.PROBLEM, text, (ASK_ISSUER, ASK_OPERATOR))
        text = f"Система не знает удостоверяющего центра «{missing}», который выдал сертификат."
        if missing != common_name(examined.certificate.issuer):
            issuer = common_name(examined.certificate.issuer)
            text = f"Сертификат выдал центр «{issuer}», а тому — «{missing}», которого система не знает."
        advice = (CHECK_ACCREDITATION, ADD_AUTHORITY, CHOOSE_ANOTHER)
        return Finding(Check.CHAIN, Status.PROBLEM, text, advice)
    if refusal.verdict in (Verdict.EXPIRED, Verdict.NOT_YET_VALID):
        text = f"Сертификат самого удостоверяющего центра «{missing}» не действует."
        return Finding(Check.CHAIN, Status.PROBLEM, text, (ASK_ISSUER, *renewal(examined.subject)))
    return Finding(Check.CHAIN, Status.PROBLEM, refusal.verdict.explanation, (ASK_ISSUER, CHOOSE_ANOTHER))


def missing_authority(examined: Examined) -> str:
    """The name of the first issuer, going up, whose certificate nobody has; the topmost one's where all are there."""
    known = issuers_of(examined.certificate, [*examined.trust.roots, *examined.trust.intermediates], examined.embedded)
    below = examined.certificate
    for _step in range(LONGEST_CHAIN):
        above = _issuer(below, known)
        if above is None or exact(above.subject) == exact(above.issuer):
            break
        below = above
    return common_name(below.issuer)


def _issuer(certificate: Certificate, known: list[Certificate]) -> Certificate | None:
    return next((each for each in known if same_name(each.subject, certificate.issuer)), None)


def _is_asked(examined: Examined) -> bool:
    return examined.trust.revocation is RevocationPolicy.REQUIRE


def _revocation(examined: Examined, chain: list[Certificate]) -> Finding:
    if not _is_asked(examined):
        return NOT_ASKED
    try:
        return _good(check_revocation(chain, examined.trust, examined.moment))
    except Refused as refusal:
        return _not_good(examined, refusal)


def _good(used: Iterable[RevocationUse]) -> Finding:
    numbers = ", ".join(dict.fromkeys(each.number for each in used if each.number))
    text = f"Не отозван по списку отзыва № {numbers}." if numbers else "Не отозван."
    return Finding(Check.REVOCATION, Status.OK, text)


def _not_good(examined: Examined, refusal: Refused) -> Finding:
    if refusal.verdict is Verdict.REVOKED:
        whose = "Отозван" if not refusal.detail else f"Отозван {refusal.detail}"
        text = f"{whose}: удостоверяющий центр объявил его недействительным. Подписи им не принимаются."
        advice = (CHOOSE_ANOTHER, ASK_ISSUER, *renewal(examined.subject))
        return Finding(Check.REVOCATION, Status.PROBLEM, text, advice)
    named = f" ({refusal.detail})" if refusal.detail else ""
    text = f"Нет свежего списка отзыва{named}: нельзя установить, действителен ли сертификат."
    return Finding(Check.REVOCATION, Status.UNKNOWN, text, ("Это не ваша ошибка. Повторите через час.", ASK_OPERATOR))
