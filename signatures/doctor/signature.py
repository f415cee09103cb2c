"""The diagnosis of a trial signature: its format first, then the certificate that it was made by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature

from core.templatetags.formats import counted
from signatures.authority import Authority, AuthorityCode
from signatures.cms.algorithms import check_signature, digest_identifier
from signatures.cms.attributes import SignedAttributes, check_signing_certificate, read_attributes
from signatures.cms.document import Document, as_document
from signatures.cms.exact import Certificate
from signatures.cms.refusal import Refused, reading
from signatures.cms.signed_data import SignedData, read_signed_data, signer_certificate
from signatures.doctor.advice import CLOCK
from signatures.doctor.certificate import diagnosis_of
from signatures.doctor.examined import moment_of
from signatures.doctor.findings import Check, Diagnosis, Finding, Status, Whose
from signatures.doctor.power import PowerOf, no_power
from signatures.gost.identifiers import HASH_SIZES
from signatures.refusals import TEXTS, AcceptanceCode
from signatures.reports import SignerReport
from signatures.trust import TrustStore
from signatures.verdicts import Verdict
from signatures.verification import verify_detached

CLOCK_TOLERANCE = timedelta(minutes=5)


def diagnose_signature(
    signature: bytes,
    document: bytes | Document,
    *,
    whose: Whose,
    trust: TrustStore,
    moment: datetime,
    power_of: PowerOf = no_power,
) -> Diagnosis:
    """Say whether this signature of ``document`` is accepted at ``moment`` (aware), and all that is wrong with it.

    ``signature`` is the file as it came; of several signers the first one is looked at.  Never raises for bytes.
    """
    document = as_document(document)
    reports = verify_detached(signature, document, trust, moment)
    try:
        message = read_signed_data(signature, document)
    except Refused as refusal:
        return _unreadable(refusal, reports[0])
    found = [
        Finding(Check.FORMAT, Status.OK, "Файл читается, это подпись установленного формата (CMS)."),
        _signers(len(message.signers)),
        *_signature_findings(message.signers[0], message, document, moment),
    ]
    certificate = _certificate(message)
    if certificate is None:
        text, advice = Verdict.SIGNER_CERTIFICATE_MISSING.explanation, Verdict.SIGNER_CERTIFICATE_MISSING.advice
        found.append(Finding(Check.KIND, Status.PROBLEM, text, (advice,)))
        return Diagnosis(False, tuple(found), reports[0], _not_judged(reports[0]), is_trial=True)
    return diagnosis_of(
        certificate,
        message.certificates,
        reports[0],
        whose=whose,
        trust=trust,
        moment=moment,
        power_of=power_of,
        also=found,
        accepted=len(reports) == 1,
        is_trial=True,
    )


def _certificate(message: SignedData) -> Certificate | None:
    try:
        with reading():
            return signer_certificate(message.signers[0], message.certificates)
    except Refused:
        return None


def _unreadable(refusal: Refused, report: SignerReport) -> Diagnosis:
    check = Check.CONTENT if refusal.verdict is Verdict.ATTACHED_CONTENT_DIFFERS else Check.FORMAT
    found = Finding(check, Status.PROBLEM, report.explanation, (report.advice,))
    return Diagnosis(False, (found,), report, _not_judged(report), is_trial=True)


def _not_judged(report: SignerReport) -> Authority:
    """There is no owner to ask about."""
    return Authority(AuthorityCode.SIGNATURE_NOT_VALID, report.explanation, report.advice)


def _signers(number: int) -> Finding:
    if number == 1:
        return Finding(Check.SIGNERS, Status.OK, "Одна подпись.")
    text, advice = TEXTS[AcceptanceCode.SEVERAL_SIGNERS]
    return Finding(Check.SIGNERS, Status.PROBLEM, f"{text} Проверена первая из {number}.", (advice,))


def _signature_findings(
    signer: cms.SignerInfo, message: SignedData, document: Document, moment: datetime
) -> Iterator[Finding]:
    """Each check by itself; what cannot be asked because an earlier one failed is left out."""
    algorithm = None
    try:
        with reading():
            algorithm = digest_identifier(signer["digest_algorithm"])
        name = f"ГОСТ Р 34.11-2012, {HASH_SIZES[algorithm]} бит" if algorithm in HASH_SIZES else "SHA-2"
        yield Finding(Check.DIGEST, Status.OK, f"{name}.")
    except Refused as error:
        yield _problem(Check.DIGEST, error)
    try:
        with reading():
            attributes = read_attributes(signer)
            certificate = signer_certificate(signer, message.certificates)
            check_signing_certificate(attributes, certificate)
    except Refused as error:
        yield _problem(Check.ATTRIBUTES, error)
        return
    yield Finding(Check.ATTRIBUTES, Status.OK, "Есть все: подпись формата CAdES-BES.")
    if algorithm is not None:
        yield _content(attributes, document, algorithm)
        yield _value(signer, certificate, attributes, algorithm)
    yield _time(attributes, moment)


def _content(attributes: SignedAttributes, document: Document, algorithm: str) -> Finding:
    if document.digest(algorithm) == attributes.message_digest:
        return Finding(Check.CONTENT, Status.OK, "Подписан именно тот текст, который выдала эта страница.")
    text = "Подписан не тот текст: он изменён после скачивания или это подпись другого файла."
    advice = "Скачайте текст для пробной подписи ещё раз, не открывайте и не меняйте его и подпишите."
    return Finding(Check.CONTENT, Status.PROBLEM, text, (advice,))


def _value(signer: cms.SignerInfo, certificate: Certificate, attributes: SignedAttributes, algorithm: str) -> Finding:
    key = certificate["tbs_certificate"]["subject_public_key_info"].dump()
    try:
        with reading():
            value = signer["signature"].native
            check_signature(key, signer["signature_algorithm"], value, attributes.signed, algorithm)
    except InvalidSignature:
        return _problem(Check.VALUE, Refused(Verdict.SIGNATURE_INVALID))
    except Refused as error:
        return _problem(Check.VALUE, error)
    return Finding(Check.VALUE, Status.OK, "Верно: подпись сделана ключом этого сертификата.")


def _time(attributes: SignedAttributes, moment: datetime) -> Finding:
    claimed = attributes.signing_time
    if claimed is None:
        return Finding(Check.TIME, Status.OK, "В подписи не указано; считается время получения.")
    # a text may be signed long before it is brought here, never after
    if claimed - moment > CLOCK_TOLERANCE:
        minutes = counted(round((claimed - moment).total_seconds() / 60), "минуту,минуты,минут")
        text = f"Компьютер поставил в подпись {moment_of(claimed)}: его часы спешат на {minutes}."
        return Finding(Check.TIME, Status.WARNING, text, (CLOCK,))
    return Finding(Check.TIME, Status.OK, f"По часам вашего компьютера: {moment_of(claimed)}.")


def _problem(check: Check, refused: Refused) -> Finding:
    report = SignerReport(verdict=refused.verdict, detail=refused.detail)
    return Finding(check, Status.PROBLEM, report.explanation, (report.advice,))
