"""Revocation lists: is a certificate revoked, good, or does nobody know.

A list counts only when it is signed by the key that signed the certificate, covers the moment of
the check, speaks for this kind of certificates and is complete (RFC 5280 sections 5 and 6.3).
Look-ups go to the ``cryptography`` package, which finds a serial without parsing the whole list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol

from asn1crypto import crl as asn1_crl
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature

from signatures.cms.algorithms import check_signature
from signatures.cms.encoding import split_pem
from signatures.cms.exact import Certificate, exact
from signatures.cms.points import Point
from signatures.cms.refusal import Refused, reading
from signatures.reports import RevocationUse
from signatures.subjects import common_name

KNOWN_EXTENSIONS = {
    pyca.AuthorityKeyIdentifier.oid,
    pyca.CRLNumber.oid,
    pyca.IssuingDistributionPoint.oid,
    pyca.IssuerAlternativeName.oid,
    pyca.AuthorityInformationAccess.oid,
    pyca.FreshestCRL.oid,
}
# certificateIssuer is not among them: it belongs into an indirect list.
KNOWN_ENTRY_EXTENSIONS = {pyca.CRLReason.oid, pyca.InvalidityDate.oid}
LONGEST_SERIAL = 50  # hexadecimal digits; RFC 5280 section 4.1.2.2 allows twenty octets


class RevocationStatus(Enum):
    """UNKNOWN: this source has nothing to say about the certificate at that moment."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RevocationAnswer:
    """``used``: the list that gave the answer, None for UNKNOWN.  ``revoked_at``: of REVOKED, as the list says."""

    status: RevocationStatus
    used: RevocationUse | None = None
    revoked_at: datetime | None = None


UNKNOWN = RevocationAnswer(RevocationStatus.UNKNOWN)


class RevocationSource(Protocol):
    """Anything that knows about revocations: one parsed list, or a table of the serials of all."""

    def ask(self, certificate: Certificate, issuer: Certificate, moment: datetime) -> RevocationAnswer:
        """Say what is known of ``certificate``, issued by ``issuer``, at ``moment`` (aware)."""


class Entry(NamedTuple):
    """One revoked certificate: ``serial`` in hexadecimal; ``reason`` as RFC 5280 section 5.3.1 names it, or empty."""

    serial: str
    revoked_at: datetime
    reason: str


def serial_text(number: int) -> str:
    """How a serial number is kept and looked up."""
    return f"{number:x}"


def public_key_sha256(certificate: Certificate) -> str:
    """SHA-256 of the DER SubjectPublicKeyInfo, in hexadecimal."""
    return hashlib.sha256(certificate["tbs_certificate"]["subject_public_key_info"].dump()).hexdigest()


class RevocationList:
    """One CRL.

    ``verified_key`` (see ``public_key_sha256``) spares the check of the list's signature when it was
    done before, at import: then the list counts only under an issuer with that very key.
    Raises ValueError when the bytes are not a list or the list cannot be used at all: it has no
    nextUpdate, is a delta or an indirect list, or holds an unknown critical extension.
    """

    def __init__(self, der: bytes, *, verified_key: str | None = None) -> None:
        self.der = der
        self._verified_keys = set() if verified_key is None else {verified_key}
        self._checked_before = verified_key is not None
        try:
            with reading():
                self._read()
        except Refused as error:
            raise ValueError("not a usable revocation list") from error

    def _read(self) -> None:
        outer = asn1_crl.CertificateList.load(self.der, strict=True)
        body = outer["tbs_cert_list"]
        self._algorithm = outer["signature_algorithm"]
        self._signature = outer["signature"].native
        self._signed = exact(body)
        if exact(self._algorithm) != exact(body["signature"]):
            raise ValueError("the two signature algorithms of the list differ")
        # Names are compared by their DER: an authority writes its own name in one way.
        self.issuer = exact(body["issuer"])
        self.issuer_name = common_name(body["issuer"])
        self._parsed = pyca.load_der_x509_crl(self.der)
        next_update = self._parsed.next_update_utc
        if next_update is None:
            raise ValueError("a list without nextUpdate is never stale and never fresh")
        self.this_update = self._parsed.last_update_utc
        self.next_update = next_update
        self._read_extensions()

    def _read_extensions(self) -> None:
        self.number = ""
        self.authority_key: bytes | None = None
        self._point: pyca.IssuingDistributionPoint | None = None
        for extension in self._parsed.extensions:
            value = extension.value
            if isinstance(value, pyca.DeltaCRLIndicator):
                raise ValueError("a delta list is not complete")
            if extension.critical and extension.oid not in KNOWN_EXTENSIONS:
                raise ValueError(f"unknown critical extension {extension.oid.dotted_string}")
            if isinstance(value, pyca.CRLNumber):
                self.number = str(value.crl_number)
            elif isinstance(value, pyca.AuthorityKeyIdentifier):
                self.authority_key = value.key_identifier
            elif isinstance(value, pyca.IssuingDistributionPoint):
                self._point = value
        point = self._point
        if point is not None and (point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs):
            raise ValueError("an indirect or partial list")

    def entries(self) -> Iterator[Entry]:
        """The revoked certificates, one at a time: the whole list never stands in memory as objects.

        Raises ValueError at an entry that cannot be used: damaged, with a serial that no certificate may have, or with a
        critical extension that is not known here (RFC 5280 section 5.3: such a list must not be used at all).
        """
        try:
            with reading():
                for entry in self._parsed:
                    yield _entry(entry)
        except Refused as error:
            raise ValueError("not a usable revocation list") from error

    @property
    def point(self) -> Point:
        """For which certificates the list speaks."""
        return Point.of(self._point)

    @property
    def scope(self) -> str:
        """SHA-256 of the issuing distribution point; empty for a list that speaks for everything of its issuer."""
        return "" if self._point is None else hashlib.sha256(self._point.public_bytes()).hexdigest()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.der).hexdigest()

    @property
    def used(self) -> RevocationUse:
        return RevocationUse(issuer=self.issuer_name, number=self.number, sha256=self.sha256)

    @property
    def size(self) -> int:
        """How many certificates are revoked."""
        return len(self._parsed)

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Check name, right to sign lists, key identifier and signature against an issuer's certificate."""
        if exact(issuer.subject) != self.issuer or not may_sign_lists(issuer):
            return False
        key_identifier = issuer.key_identifier
        if self.authority_key and key_identifier and self.authority_key != key_identifier:
            return False
        key_digest = public_key_sha256(issuer)
        if key_digest in self._verified_keys:
            return True
        if self._checked_before:
            return False
        key = issuer["tbs_certificate"]["subject_public_key_info"].dump()
        try:
            with reading():
                check_signature(key, self._algorithm, self._signature, self._signed)
        except (InvalidSignature, Refused):
            return False
        self._verified_keys.add(key_digest)
        return True

    def forget_signed(self) -> None:
        """Give back the memory of what was signed, a second copy of the list: keys that were not tried count no more."""
        self._signed = b""
        self._checked_before = True

    def ask(self, certificate: Certificate, issuer: Certificate, moment: datetime) -> RevocationAnswer:
        """Answer for one certificate; the signature is checked last, because it costs most."""
        if exact(certificate.issuer) != self.issuer:
            return UNKNOWN
        if not self.this_update <= moment <= self.next_update or not self._speaks_for(certificate):
            return UNKNOWN
        if not self.is_signed_by(issuer):
            return UNKNOWN
        entry = self._parsed.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is None:
            return RevocationAnswer(RevocationStatus.GOOD, self.used)
        return RevocationAnswer(RevocationStatus.REVOKED, self.used, entry.revocation_date_utc)

    def status(self, certificate: Certificate, issuer: Certificate, moment: datetime) -> RevocationStatus:
        """The answer without its list."""
        return self.ask(certificate, issuer, moment).status

    def _speaks_for(self, certificate: Certificate) -> bool:
        return self.point.speaks_for(certificate)


def _entry(entry: pyca.RevokedCertificate) -> Entry:
    reason = ""
    for extension in entry.extensions:
        if extension.critical and extension.oid not in KNOWN_ENTRY_EXTENSIONS:
            raise ValueError(f"unknown critical extension {extension.oid.dotted_string} of an entry")
        if isinstance(extension.value, pyca.CRLReason):
            reason = extension.value.reason.value
    serial = serial_text(entry.serial_number)
    if len(serial) > LONGEST_SERIAL:
        raise ValueError("a serial number longer than a certificate may have")
    return Entry(serial, entry.revocation_date_utc, reason)


def may_sign_lists(issuer: Certificate) -> bool:
    """A CA certificate whose key usage, where stated, allows CRLs."""
    usage = issuer.key_usage_value
    return bool(issuer.ca) and (usage is None or "crl_sign" in usage.native)


def load_revocation_lists(file: bytes) -> list[RevocationList]:
    """Read every list of a DER or PEM file; raises ValueError."""
    return [RevocationList(der) for der in split_pem(file)]
