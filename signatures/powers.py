"""Questions about powers of attorney; nothing here changes anything.

An employee's personal certificate signs for an organization only under a МЧД that its head gave him (article 17.2 of the
Federal Law № 63-ФЗ).  The paper was checked at its upload, as of then; what is asked here is its use today.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from signatures.authority import Authority, AuthorityCode, person_signs, who_may_sign
from signatures.mchd.checking import PowerReport, check_use, moscow_date
from signatures.mchd.reading import read_power
from signatures.mchd.verdicts import MAKE_NEW, PowerVerdict
from signatures.models import PowerOfAttorney
from signatures.reports import SignerReport
from signatures.verdicts import Verdict

UNVERIFIED = "UNVERIFIED_"
WHERE = "Раздел «Доверенности» (Электронная подпись)."
WHO_RETURNS = "Вернуть её может тот, у кого есть право «Управление доступом»: он загружает тот же файл снова."
_CODES = {
    PowerVerdict.DATES: AuthorityCode.POWER_NOT_IN_FORCE,
    PowerVerdict.NO_POWER: AuthorityCode.POWER_NOT_GIVEN,
    PowerVerdict.RESTRICTED_POWER: AuthorityCode.POWER_RESTRICTED,
    PowerVerdict.JOINT_POWERS: AuthorityCode.POWER_JOINT,
    PowerVerdict.REVOKED: AuthorityCode.POWER_REVOKED,
    PowerVerdict.SIGNATURE: AuthorityCode.POWER_BADLY_SIGNED,
    PowerVerdict.OTHER_REPRESENTATIVE: AuthorityCode.POWER_OF_ANOTHER,
}
_FOREIGN = {AuthorityCode.TRADER_INN_MISSING, AuthorityCode.TRADER_INN_DIFFERS}
_UNDER_POWER = {AuthorityCode.PERSONAL_CERTIFICATE, *_FOREIGN}


def signing_codes() -> list[tuple[str, str, bool]]:
    """(code, words, whether it is known to be the right one) of every power that lets somebody sign here."""
    texts = settings.SIGNATURE_MCHD_POWER_TEXTS
    return [(code, texts.get(code, code), not code.startswith(UNVERIFIED)) for code in settings.SIGNATURE_MCHD_POWERS]


def judge(power: PowerOfAttorney, *, snils: str, inn: str | None, moment: datetime) -> PowerReport:
    """May the person use the paper for signing here at this moment; the paper itself was checked at its upload, but for the
    revocation of its certificate where that could not be known then (RevocationRecheck)."""
    paper = read_power(power.xml)
    if power.debt is not None and power.debt.is_fatal:
        problems = (f"{power.debt.words}.",)
        advice = f"Нужна доверенность, подписанная действующим сертификатом. {MAKE_NEW}"
        return PowerReport(
            PowerVerdict.SIGNATURE, problems, paper, signature=Verdict.REVOKED, advice_of_signature=advice
        )
    return check_use(
        paper,
        representative_snils=snils,
        representative_inn=inn,
        codes=frozenset(settings.SIGNATURE_MCHD_POWERS),
        day=moscow_date(moment),
        revoked={power.number} if power.is_revoked else (),
    )


def authority_of(report: SignerReport, *, acting: Any, moment: datetime) -> tuple[Authority, PowerOfAttorney | None]:
    """May the signer sign as ``acting``: by the organization's certificate, or by his own under a МЧД, which is named then."""
    authority = who_may_sign(
        report,
        organization_inn=acting.organization.inn,
        organization_ogrn=acting.organization.ogrn,
        person_snils=acting.user.snils,
    )
    if not is_personal(authority, report):
        return authority, None
    refusal = person_signs(report, acting.user.snils)
    if refusal is not None:
        return (authority if authority.code in _FOREIGN else refusal), None
    return _under_power(authority, report, acting, moment)


def is_personal(authority: Authority, report: SignerReport) -> bool:
    """An employee's own certificate, which needs a power; a sole trader's employee has one with another ИНН than his employer."""
    return report.subject.is_personal and authority.code in _UNDER_POWER


def _under_power(
    authority: Authority, report: SignerReport, acting: Any, moment: datetime
) -> tuple[Authority, PowerOfAttorney | None]:
    snils, inn = acting.user.snils, report.subject.inn
    found = list(candidates(acting.organization, snils))
    refusals = []
    for power in found:
        judged = judge(power, snils=snils, inn=inn, moment=moment)
        if judged.ok:
            return Authority(AuthorityCode.OK, f"Сертификат подходит: {power}."), power
        refusals.append((power, judged))
    if refusals:
        return _refusal(*refusals[0]), None
    if PowerOfAttorney.objects.filter(organization=acting.organization).issued_to(snils).exists():
        text = "Ваша доверенность (МЧД) от этой организации убрана из кабинета."
        return Authority(AuthorityCode.POWER_WITHDRAWN, text, f"{WHO_RETURNS} Или оформите новую. {WHERE}"), None
    text = f"{authority.explanation} Доверенности (МЧД) этой организации на ваше имя в кабинете нет."
    return Authority(authority.code, text, f"{authority.advice} {POWER_IS_NEEDED} {WHERE}"), None


POWER_IS_NEEDED = (
    "Чтобы подписывать личным сертификатом, загрузите машиночитаемую доверенность от организации на ваше имя."
)


def candidates(organization: Any, snils: str) -> Iterable[PowerOfAttorney]:
    """Papers in the cabinet issued to a person: first those that are not revoked, the longest first."""
    rows = PowerOfAttorney.objects.in_cabinet().filter(organization=organization).issued_to(snils)
    return sorted(rows.to_be_judged().order_by("-until", "uid"), key=lambda power: power.is_revoked)


def _refusal(power: PowerOfAttorney, judged: PowerReport) -> Authority:
    code = _CODES[judged.verdict]
    said = " ".join((judged.verdict.explanation, *judged.problems))
    return Authority(code, f"{power}: {said[0].lower()}{said[1:]}", f"{judged.advice} {WHERE}".strip())
