"""The answer about one signer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from signatures.subjects import Subject
from signatures.verdicts import Verdict

PENDING = "Подпись верна, но отзыв сертификата ещё не проверен: нет свежего списка отзыва."


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One certificate of the validated chain: common name of the subject, SHA-1 thumbprint, DER."""

    name: str
    thumbprint: str
    der: bytes


@dataclass(frozen=True, slots=True)
class RevocationUse:
    """A revocation list that was asked: common name of its issuer, CRL number, SHA-256 of its DER."""

    issuer: str
    number: str
    sha256: str


@dataclass(slots=True)
class SignerReport:
    """What is known of one signer; fields that the check did not reach keep their defaults.

    ``detail`` is a short Russian fact or empty.  ``serial`` is hexadecimal, ``thumbprint`` SHA-1 in
    upper-case hexadecimal (as the browser plug-in shows it).  ``chain`` goes from the signer to the
    root.  ``signing_time`` is the signer's claim, not a proof.  ``fingerprint`` is the SHA-256 of
    what was signed and by whom (signed attributes and certificate): the same in any wrapping of the
    signature, so it serves to refuse a replay.  ``revocation_pending``: a certificate of the chain had no
    fresh list, and the policy lets that be checked later.
    """

    verdict: Verdict = Verdict.OK
    detail: str = ""
    subject: Subject = field(default_factory=Subject)
    serial: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    thumbprint: str = ""
    certificate: bytes = b""
    chain: tuple[ChainLink, ...] = ()
    revocation_lists: tuple[RevocationUse, ...] = ()
    revocation_pending: bool = False
    signing_time: datetime | None = None
    qualified: bool = False
    fingerprint: str = ""

    @property
    def ok(self) -> bool:
        return self.verdict == Verdict.OK

    @property
    def explanation(self) -> str:
        """The verdict's Russian sentence, with the detail where there is one."""
        if self.ok and self.revocation_pending:
            return PENDING
        if not self.detail:
            return self.verdict.explanation
        return f"{self.verdict.explanation.rstrip('.')} ({self.detail})."

    @property
    def advice(self) -> str:
        return self.verdict.advice
