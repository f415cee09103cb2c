"""Is a МЧД good: the paper itself, and its use by one person for one purpose on one day.

Who must have signed and what must agree: article 17.2 of the Federal Law № 63-ФЗ, article 185 of the Civil Code.  Only
numbers with check digits are compared, exactly; names are spelled as people like.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.identifiers import mask_snils
from signatures.cms.document import Document, as_document
from signatures.mchd.power import Person, Power, Principal
from signatures.mchd.reading import PowerRefused, read_power
from signatures.mchd.verdicts import PowerVerdict, code_of_signature
from signatures.reports import SignerReport
from signatures.subjects import Subject
from signatures.trust import TrustStore
from signatures.verdicts import Verdict
from signatures.verification import verify_detached

MOSCOW = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True, slots=True)
class PowerReport:
    """The answer. ``problems``: further Russian sentences (places in the file, numbers found and expected).

    ``power`` is None where the file could not be read; ``head`` is the report of the head's signature once there is one,
    ``signature`` the verdict of the first signature that is not good.
    """

    verdict: PowerVerdict
    problems: tuple[str, ...] = ()
    power: Power | None = None
    head: SignerReport | None = None
    signature: Verdict = Verdict.OK
    advice_of_signature: str = ""

    @property
    def ok(self) -> bool:
        return self.verdict is PowerVerdict.OK

    @property
    def code(self) -> str:
        """Of ``PowerVerdict``, or ``signature_`` and a code of ``Verdict``."""
        return code_of_signature(self.signature) if self.verdict is PowerVerdict.SIGNATURE else self.verdict.value

    @property
    def advice(self) -> str:
        return self.advice_of_signature or self.verdict.advice

    @property
    def sentences(self) -> list[str]:
        """Everything to be said about it, advice last."""
        return [self.verdict.explanation, *self.problems, *([self.advice] if self.advice else [])]


def moscow_date(moment: datetime) -> date:
    return moment.astimezone(MOSCOW).date()


def check_paper(
    xml: bytes | Document,
    signature: bytes,
    *,
    organization_inn: str,
    organization_ogrn: str,
    trust: TrustStore,
    moment: datetime,
) -> PowerReport:
    """The paper alone: its form, and that the head of this very organization signed these very bytes.

    His certificate is judged as of ``moment``.  Nothing is said of dates and powers.
    """
    document = as_document(xml)
    try:
        power = read_power(document.data)
    except PowerRefused as refused:
        return PowerReport(refused.verdict, tuple(refused.problems))
    signers = verify_detached(signature, document, trust, moment)
    for signer in signers:
        if not signer.ok:
            return PowerReport(
                PowerVerdict.SIGNATURE,
                (signer.explanation,),
                power,
                signer,
                signature=signer.verdict,
                advice_of_signature=signer.advice,
            )
    principal = power.principal(organization_inn, organization_ogrn)
    if principal is None:
        stated = ", ".join(each.inn or "не указан" for each in power.principals)
        return PowerReport(
            PowerVerdict.OTHER_PRINCIPAL, (f"В доверенности ИНН {stated}, ожидается {organization_inn}.",), power
        )
    verdict, head = _who_signed(principal, signers, organization_inn, organization_ogrn)
    return PowerReport(verdict, power=power, head=head)


def _who_signed(
    principal: Principal, signers: list[SignerReport], inn: str, ogrn: str
) -> tuple[PowerVerdict, SignerReport | None]:
    """Whose signatures stand under the paper, and that of the principal's head where it is among them."""
    own = [each for each in signers if is_principals(each.subject, inn, ogrn, is_trader=principal.is_sole_trader)]
    if not own:
        if principal.is_sole_trader:
            return PowerVerdict.SIGNED_BY_OTHER_PERSON, None
        return PowerVerdict.SIGNED_BY_OTHER_ORGANISATION, None
    signed = {_head_of(principal, each): each for each in own}
    heads = [head for head in signed if head is not None]
    if not heads:
        return PowerVerdict.SIGNED_NOT_BY_HEAD, None
    alone = next((head for head in heads if not head.jointly), None)
    if alone is None and any(head.jointly and head not in signed for head in principal.heads):
        return PowerVerdict.SIGNED_NOT_BY_ALL_HEADS, None
    return PowerVerdict.OK, signed[alone or heads[0]]


def is_principals(subject: Subject, inn: str, ogrn: str, *, is_trader: bool) -> bool:
    """Whether a paper of the principal is signed by such a certificate: of the organization; or the trader's own, with his
    ОГРНИП or a personal one, never one of an organization that he is the head of too."""
    if not is_trader:
        return subject.innle == inn and subject.ogrn == ogrn
    return subject.inn == inn and subject.ogrnip in (None, ogrn) and subject.innle is None and subject.ogrn is None


def _head_of(principal: Principal, signer: SignerReport) -> Person | None:
    subject = signer.subject
    return next((head for head in principal.heads if head.is_owner(snils=subject.snils, inn=subject.inn)), None)


def check_use(
    power: Power,
    *,
    representative_snils: str,
    representative_inn: str | None,
    codes: Collection[str],
    day: date,
    revoked: Collection[str] = (),
) -> PowerReport:
    """A paper that is good in itself: may this person use it for one of ``codes`` on this day (in Moscow).

    ``representative_inn`` None: it is not known, and not compared.  ``revoked``: numbers (GUID, lower case).
    """
    found = _representative(power, representative_snils, representative_inn)
    if found is None:
        problem = _who_is_named(power, representative_snils, representative_inn)
        return PowerReport(PowerVerdict.OTHER_REPRESENTATIVE, (problem,), power)
    if day < power.issued:
        return PowerReport(PowerVerdict.DATES, (f"Она начнёт действовать {power.issued:%d.%m.%Y}.",), power)
    if day > power.until:
        return PowerReport(PowerVerdict.DATES, (f"Срок её действия истёк {power.until:%d.%m.%Y}.",), power)
    suitable = [granted for granted in power.powers if granted.code in codes]
    if not suitable:
        stated = ", ".join(granted.code for granted in power.powers) or "только текст, без кодов"
        return PowerReport(
            PowerVerdict.NO_POWER, (f"Указано: {stated}. Ожидается: {', '.join(sorted(codes)) or 'ничего'}.",), power
        )
    if all(granted.is_restricted for granted in suitable):
        return PowerReport(PowerVerdict.RESTRICTED_POWER, power=power)
    if power.joint:
        return PowerReport(PowerVerdict.JOINT_POWERS, power=power)
    if power.number in revoked:
        return PowerReport(PowerVerdict.REVOKED, power=power)
    return PowerReport(PowerVerdict.OK, power=power)


def _representative(power: Power, snils: str, inn: str | None) -> Person | None:
    for each in power.representatives:
        if each.is_owner(snils=snils, inn=each.inn if inn is None and each.snils else inn):
            return each
    return None


def _who_is_named(power: Power, snils: str, inn: str | None) -> str:
    """Whose paper it is instead; one wrong digit of an ИНН is told as that."""
    for each in power.representatives:
        if each.snils == snils and each.inn != inn:
            return (
                f"СНИЛС в ней тот же, но ИНН другой: указан {each.inn}, ожидается {inn}. Проверьте, не опечатка ли это."
            )
    return f"Ожидается представитель со СНИЛС {mask_snils(snils)}."


def check_power(
    xml: bytes | Document,
    signature: bytes,
    *,
    organization_inn: str,
    organization_ogrn: str,
    representative_snils: str,
    codes: Collection[str],
    trust: TrustStore,
    moment: datetime,
    representative_inn: str | None = None,
    revoked: Collection[str] = (),
) -> PowerReport:
    """The whole answer, from the files alone. Raises ValueError for a naive moment, nothing that depends on the files."""
    paper = check_paper(
        xml,
        signature,
        organization_inn=organization_inn,
        organization_ogrn=organization_ogrn,
        trust=trust,
        moment=moment,
    )
    if not paper.ok or paper.power is None:
        return paper
    use = check_use(
        paper.power,
        representative_snils=representative_snils,
        representative_inn=representative_inn,
        codes=codes,
        day=moscow_date(moment),
        revoked=revoked,
    )
    return replace(use, head=paper.head)
