"""Questions about trust and about a signature that is not stored yet; nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Replace, Upper

from core.files import open_file
from signatures.cms.attributes import read_attributes
from signatures.cms.document import SHA_256, Document, as_document
from signatures.cms.encoding import load_certificate, signature_der
from signatures.cms.exact import Certificate
from signatures.cms.refusal import Refused, reading
from signatures.cms.signed_data import digests_asked, read_signed_data
from signatures.demo_mark import is_demo_authority
from signatures.doctor.challenge import is_challenge
from signatures.gost.identifiers import HASH_OF_SIZE
from signatures.matching import name_key
from signatures.models import (
    PowerOfAttorney,
    RevocationRecheck,
    Signature,
    SignedDocument,
    SignerTurn,
    SigningRequest,
    TrustedCertificate,
)
from signatures.powers import authority_of
from signatures.purposes import codes_signed_by
from signatures.refusals import AcceptanceCode, SignatureRefused
from signatures.reports import SignerReport
from signatures.revocation_table import RevocationTable
from signatures.states import TurnKind, TurnState
from signatures.trust import RevocationPolicy
from signatures.verification import TrustStore, verify_detached

STREEBOG_256 = HASH_OF_SIZE[256]  # by which a kept document is known


# signatures.matching.name_key of a turn's person, in the database
_NAME_KEY = Replace(Upper("person"), Value("Ё"), Value("Е"))


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """A signature that may be accepted: its DER, the report of its only signer, and the power of attorney (МЧД) under which he
    signed by his personal certificate."""

    der: bytes
    report: SignerReport
    power: PowerOfAttorney | None = None


class Known(NamedTuple):
    """A certificate of the trust list, and whether it is of the demo CA by its names."""

    certificate: Certificate
    is_demo: bool


# Read once in a process, by SHA-256 of the DER: a whole trust list has some thousands of certificates.
_parsed: dict[str, Known] = {}


def trusts_demo_authority() -> bool:
    """Demo signatures count in development and tests only; see also ``signatures.checks``."""
    return bool(getattr(settings, "LKOT_DEMO_SIGNER", False))


def trusted_certificates(moment: datetime) -> tuple[list[Certificate], list[Certificate]]:
    """Return (roots, intermediates) in force at ``moment``; demo ones only where they are allowed.

    One query, and one more when there are certificates that this process has not seen yet.
    """
    roots: list[Certificate] = []
    intermediates: list[Certificate] = []
    rows = list(TrustedCertificate.objects.in_force(moment).order_by("id").values_list("kind", "source", "sha256"))
    known = _known_certificates({sha256 for _kind, _source, sha256 in rows})
    for kind, source, sha256 in rows:
        certificate, is_demo = known[sha256]
        if (is_demo or source == TrustedCertificate.Source.DEMO) and not trusts_demo_authority():
            continue
        (roots if kind == TrustedCertificate.Kind.ROOT else intermediates).append(certificate)
    return roots, intermediates


def _known_certificates(wanted: set[str]) -> dict[str, Known]:
    """The certificates by SHA-256 of their DER."""
    known = {sha256: _parsed[sha256] for sha256 in wanted if sha256 in _parsed}
    missing = wanted - known.keys()
    if missing:
        for sha256, der in TrustedCertificate.objects.filter(sha256__in=missing).values_list("sha256", "der"):
            certificate = load_certificate(bytes(der))
            known[sha256] = _parsed[sha256] = Known(certificate, is_demo_authority(certificate))
    return known


def trust_store(moment: datetime) -> TrustStore:
    """The trust of this installation at ``moment``; revocation is asked of the tables, when and if it is needed."""
    roots, intermediates = trusted_certificates(moment)
    return TrustStore(
        roots=roots,
        intermediates=intermediates,
        crls=[RevocationTable()],
        require_qualified=settings.SIGNATURE_REQUIRE_QUALIFIED,
        revocation=RevocationPolicy(settings.SIGNATURE_REVOCATION),
    )


def verified_reports(signature: bytes, document: bytes | Document, moment: datetime) -> list[SignerReport]:
    """The reports of every signer of a file, all of them ok. Raises SignatureRefused by the first that is not."""
    reports = verify_detached(signature, document, trust_store(moment), moment)
    for report in reports:
        if not report.ok:
            raise SignatureRefused.by_report(report)
    return reports


def check_signature(signature: bytes, document: bytes | Document, *, acting: Any, moment: datetime) -> CheckedSignature:
    """Verify a signature file and that its only signer may sign as ``acting``.

    ``signature`` is the file as it came (DER, PEM or base64).  Raises SignatureRefused with the first
    thing that is wrong.
    """
    document = as_document(document)
    if is_challenge(document.data):
        raise SignatureRefused.by_receipt(AcceptanceCode.TRIAL_TEXT)
    reports = verified_reports(signature, document, moment)
    if len(reports) != 1:
        raise SignatureRefused.by_receipt(AcceptanceCode.SEVERAL_SIGNERS)
    authority, power = authority_of(reports[0], acting=acting, moment=moment)
    if not authority.ok:
        raise SignatureRefused.by_authority(authority)
    return CheckedSignature(der=signature_der(signature), report=reports[0], power=power)


def revocation_debt(signature: Signature) -> RevocationRecheck | None:
    """What to say beside a signature that was accepted without a revocation list (``words``); None for any other."""
    return RevocationRecheck.objects.filter(signature=signature).first()


def hash_ahead(signature: bytes, document: Document) -> None:
    """Compute the digests that the acceptance of this file will ask for, where the file can be read at all.

    For who accepts it under a lock that others wait for: nothing is decided here.
    """
    asked = digests_asked(signature, document)
    for each in (*asked, STREEBOG_256) if asked else ():
        document.digest(each)


def waiting_for(acting: Any) -> QuerySet[SigningRequest]:
    """Open requests whose turn is this person's: to sign for the organization, by his right, or as the member that they name."""
    waiting = SignerTurn.objects.filter(request=OuterRef("pk"), state=TurnState.WAITING)
    members = waiting.filter(kind=TurnKind.MEMBER)
    before = SignerTurn.objects.filter(
        request=OuterRef("request"), state=TurnState.WAITING, stage__lt=OuterRef("stage")
    )
    by_name = Q(snils="", key=name_key(acting.user.full_name))
    theirs = by_name | Q(snils=acting.user.snils) if acting.user.snils else by_name
    named = members.annotate(key=_NAME_KEY).filter(~Exists(before), theirs)
    of_organization = Q(purpose__in=codes_signed_by(acting)) & ~Q(Exists(members)) & Q(Exists(waiting))
    return SigningRequest.objects.visible_to(acting).open().filter(of_organization | Q(Exists(named)))


def document_to_sign(request: SigningRequest) -> Document:
    """The frozen bytes of a request with the digests that are known of them: what a signature of it is checked against."""
    kept = request.document
    known = {STREEBOG_256: bytes.fromhex(kept.streebog256), SHA_256: bytes.fromhex(kept.sha256)}
    return Document(bytes_of(kept), digests=known)


def bytes_of(kept: SignedDocument) -> bytes:
    """What was signed, from the row or from the stored file."""
    if kept.body is not None:
        return bytes(kept.body)
    assert kept.file is not None  # a CHECK of the table
    with open_file(kept.file) as stream:
        return stream.read()


def other_document(signature: bytes, request: SigningRequest, *, acting: Any) -> str | None:
    """The name of another document of this organization, waiting or signed, that the signature is of; None for none."""
    digests = _digests_signed(signature)
    if not digests:
        return None
    rows = SigningRequest.objects.visible_to(acting).exclude(pk=request.pk)
    rows = rows.filter(Q(document__sha256__in=digests) | Q(document__streebog256__in=digests))
    return rows.values_list("document__name", flat=True).first()


def _digests_signed(signature: bytes) -> list[str]:
    """The digests of documents that a file says its signatures are of, in hexadecimal. Nothing is verified here."""
    try:
        with reading():
            signers = read_signed_data(signature, None).signers
            return [read_attributes(signer).message_digest.hex() for signer in signers]
    except Refused:
        return []
