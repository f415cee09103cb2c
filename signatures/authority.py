"""May the owner of a certificate sign for this organization: the certificate against the signed-in person.

An organization's certificate names it by ИНН and ОГРН and its signer by СНИЛС (order of the FSB of
Russia of 27.12.2011 № 795); a sole trader's names him by his own ИНН and ОГРНИП.  A personal
certificate has none of these: an employee signs by it only under a power of attorney (МЧД, article
17.2 of the Federal Law № 63-ФЗ), which this check does not know: see ``signatures.powers``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.identifiers import is_ogrnip, mask_snils, normalize_snils
from signatures.reports import SignerReport

OWN_CERTIFICATE = "Выберите сертификат, выданный этой организации."
OTHER_ORGANIZATION = "Выберите сертификат этой организации или смените организацию в меню кабинета."
OWN_PERSON = "Подпишите документ своим сертификатом или войдите в кабинет под владельцем этого."


class AuthorityCode(StrEnum):
    """The closed list of answers; a code is never renamed."""

    OK = "ok"
    SIGNATURE_NOT_VALID = "signature_not_valid"
    PERSONAL_CERTIFICATE = "personal_certificate"
    ORGANIZATION_INN_MISSING = "organization_inn_missing"
    ORGANIZATION_INN_DIFFERS = "organization_inn_differs"
    ORGANIZATION_OGRN_MISSING = "organization_ogrn_missing"
    ORGANIZATION_OGRN_DIFFERS = "organization_ogrn_differs"
    TRADER_INN_MISSING = "trader_inn_missing"
    TRADER_INN_DIFFERS = "trader_inn_differs"
    TRADER_OGRNIP_MISSING = "trader_ogrnip_missing"
    TRADER_OGRNIP_DIFFERS = "trader_ogrnip_differs"
    PERSON_SNILS_MISSING = "person_snils_missing"
    PERSON_SNILS_DIFFERS = "person_snils_differs"
    POWER_NOT_IN_FORCE = "power_not_in_force"
    POWER_NOT_GIVEN = "power_not_given"
    POWER_RESTRICTED = "power_restricted"
    POWER_JOINT = "power_joint"
    POWER_REVOKED = "power_revoked"
    POWER_BADLY_SIGNED = "power_badly_signed"
    POWER_WITHDRAWN = "power_withdrawn"
    POWER_OF_ANOTHER = "power_of_another"


@dataclass(frozen=True, slots=True)
class Authority:
    """The answer: ``explanation`` is one Russian sentence with found and expected, СНИЛС masked."""

    code: AuthorityCode
    explanation: str
    advice: str = ""

    @property
    def ok(self) -> bool:
        return self.code == AuthorityCode.OK


def who_may_sign(
    report: SignerReport, *, organization_inn: str, organization_ogrn: str, person_snils: str
) -> Authority:
    """Compare a checked signature with the organization and person it is to be accepted from.

    ``organization_ogrn`` of 15 digits is a sole trader's ОГРНИП.  Returns the first mismatch.
    """
    if not report.ok:
        return Authority(AuthorityCode.SIGNATURE_NOT_VALID, report.explanation, report.advice)
    if is_ogrnip(organization_ogrn):
        refusal = _trader(report, organization_inn, organization_ogrn)
    else:
        refusal = _organization(report, organization_inn, organization_ogrn)
    return refusal or person_signs(report, person_snils) or Authority(AuthorityCode.OK, "Сертификат подходит.")


def _organization(report: SignerReport, inn: str, ogrn: str) -> Authority | None:
    subject = report.subject
    if subject.is_personal:
        return Authority(
            AuthorityCode.PERSONAL_CERTIFICATE,
            "Это сертификат физического лица: в нём нет ИНН и ОГРН организации.",
            "Подпишите документ сертификатом организации, выданным её руководителю.",
        )
    if subject.innle is None and subject.ogrn is None:
        text = f"Это сертификат индивидуального предпринимателя: в нём нет ИНН организации, ожидается {inn}."
        return Authority(AuthorityCode.ORGANIZATION_INN_MISSING, text, OWN_CERTIFICATE)
    if subject.innle is None:
        text = f"В сертификате нет ИНН организации, ожидается {inn}."
        return Authority(AuthorityCode.ORGANIZATION_INN_MISSING, text, OWN_CERTIFICATE)
    if subject.innle != inn:
        text = f"Сертификат выдан другой организации: в нём ИНН {subject.innle}, ожидается {inn}."
        return Authority(AuthorityCode.ORGANIZATION_INN_DIFFERS, text, OTHER_ORGANIZATION)
    if subject.ogrn is None:
        text = f"В сертификате нет ОГРН организации, ожидается {ogrn}."
        return Authority(AuthorityCode.ORGANIZATION_OGRN_MISSING, text, OWN_CERTIFICATE)
    if subject.ogrn != ogrn:
        text = f"В сертификате другой ОГРН: {subject.ogrn}, ожидается {ogrn}."
        return Authority(AuthorityCode.ORGANIZATION_OGRN_DIFFERS, text, OTHER_ORGANIZATION)
    return None


def _trader(report: SignerReport, inn: str, ogrnip: str) -> Authority | None:
    subject = report.subject
    if subject.inn is None:
        text = f"В сертификате нет ИНН индивидуального предпринимателя, ожидается {inn}."
        return Authority(AuthorityCode.TRADER_INN_MISSING, text, OWN_CERTIFICATE)
    if subject.inn != inn:
        text = f"Сертификат выдан другому лицу: в нём ИНН {subject.inn}, ожидается {inn}."
        return Authority(AuthorityCode.TRADER_INN_DIFFERS, text, OTHER_ORGANIZATION)
    if subject.ogrnip is None:
        text = f"В сертификате нет ОГРНИП, ожидается {ogrnip}."
        return Authority(
            AuthorityCode.TRADER_OGRNIP_MISSING,
            text,
            "Подпишите документ сертификатом индивидуального предпринимателя.",
        )
    if subject.ogrnip != ogrnip:
        text = f"В сертификате другой ОГРНИП: {subject.ogrnip}, ожидается {ogrnip}."
        return Authority(AuthorityCode.TRADER_OGRNIP_DIFFERS, text, OTHER_ORGANIZATION)
    return None


def person_signs(report: SignerReport, snils: str) -> Authority | None:
    """The refusal where the certificate is not that person's."""
    found = report.subject.snils
    expected = mask_snils(snils)
    if not found:
        text = f"В сертификате нет СНИЛС подписавшего, ожидается {expected}."
        return Authority(AuthorityCode.PERSON_SNILS_MISSING, text, OWN_PERSON)
    if normalize_snils(found) != normalize_snils(snils):
        text = f"Сертификат принадлежит другому человеку: в нём СНИЛС {mask_snils(found)}, ожидается {expected}."
        return Authority(AuthorityCode.PERSON_SNILS_DIFFERS, text, OWN_PERSON)
    return None
