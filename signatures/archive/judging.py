"""A kept signature judged again, as of its receipt, from what was kept of it and from nothing that is trusted today.

The kept root is the only one, the kept lists are the only ones, the moment is that of the receipt. So nothing that
happened since changes the answer: not the end of a certificate's term, not its revocation, not a root taken off the list.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from signatures.archive.keeping import ListShelf, Unusable, kept_chain, kept_document, kept_lists
from signatures.archive.lines import line_findings
from signatures.archive.reasons import Finding, Reason
from signatures.cms.document import SHA_256, Document
from signatures.cms.exact import Certificate
from signatures.cms.revocation import RevocationList as ParsedList
from signatures.cms.signed_data import digests_asked
from signatures.gost.identifiers import HASH_OF_SIZE
from signatures.models import Signature, TrustedCertificate
from signatures.reports import SignerReport
from signatures.verdicts import Verdict
from signatures.verification import TrustStore, verify_detached

STREEBOG_256 = HASH_OF_SIZE[256]
Check = Callable[[Signature], Iterable[Finding]]
_checks: list[Check] = []


def register_check(check: Check) -> None:
    """What else was kept of a signature (a power of attorney, say), judged by who keeps it. Once for each function."""
    if check not in _checks:
        _checks.append(check)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`root_listed_then`: whether the kept root was on our trust list at the receipt. Said, and no reason by itself: the
    list is our own table, the signature stands without it."""

    signature: Signature
    findings: tuple[Finding, ...]
    root_listed_then: bool

    @property
    def holds(self) -> bool:
        return not self.findings

    @property
    def codes(self) -> list[str]:
        return [str(each.reason) for each in self.findings]


def judge(row: Signature, shelf: ListShelf | None = None) -> Judgement:
    """Judge one signature; `row.document` and its file are best selected with it. `shelf` keeps lists from row to row."""
    findings = [*_own_findings(row, shelf or ListShelf()), *line_findings(row)]
    for check in _checks:
        findings += check(row)
    return Judgement(row, tuple(findings), _root_listed_then(row))


def _own_findings(row: Signature, shelf: ListShelf) -> Iterator[Finding]:
    der = bytes(row.der)
    if hashlib.sha256(der).hexdigest() != row.sha256:
        yield Finding(Reason.SIGNATURE_CHANGED)
    try:
        lists, missing = shelf.of(row)
        yield from missing
        chain = kept_chain(row)
        with kept_document(row.document) as document:
            changed = _document_changed(row, der, document)
            if changed:
                yield Finding(Reason.DOCUMENT_CHANGED)
            reports = verify_detached(der, document, _kept_trust(chain, lists), row.moment, spare=False)
    except Unusable as unusable:
        yield unusable.finding
        return
    report = _own_report(row, reports)
    if report is None or report.certificate != bytes(row.certificate):
        yield Finding(Reason.CERTIFICATE_CHANGED)
        return
    if report.verdict != row.verdict and not missing and not _told_already(report, changed=changed):
        yield Finding(Reason.VERDICT_DIFFERS, f"{report.explanation.rstrip('.')}")
    yield from _facts_findings(row, report)


def _own_report(row: Signature, reports: list[SignerReport]) -> SignerReport | None:
    """That of the act of signing which the row keeps: the file may hold signatures of others too, each with a row of its own.
    By the certificate where no signature of the file has the kept fingerprint."""
    by_fingerprint = (each for each in reports if each.fingerprint == row.fingerprint)
    by_certificate = (each for each in reports if each.certificate == bytes(row.certificate))
    return next(by_fingerprint, None) or next(by_certificate, None)


def _told_already(report: SignerReport, *, changed: bool) -> bool:
    return changed and report.verdict in {Verdict.CONTENT_DIGEST_MISMATCH, Verdict.ATTACHED_CONTENT_DIFFERS}


def _kept_trust(chain: list[Certificate], lists: list[ParsedList]) -> TrustStore:
    # Whether a qualified certificate was demanded then is in the kept facts, not in today's settings.
    return TrustStore(roots=chain[-1:], intermediates=chain[1:-1], crls=lists, require_qualified=False)


def _document_changed(row: Signature, der: bytes, document: Document) -> bool:
    """All digests that this signature asks for are computed in one pass over the bytes."""
    kept = row.document
    document.hash_through([SHA_256, STREEBOG_256, *digests_asked(der, document)])
    sha256 = document.digest(SHA_256).hex()
    stated = kept.sha256 if kept.file is None else kept.file.sha256
    return (document.size, sha256, sha256, document.digest(STREEBOG_256).hex()) != (
        kept.size,
        kept.sha256,
        stated,
        kept.streebog256,
    )


def _facts_findings(row: Signature, report: SignerReport) -> Iterator[Finding]:
    pairs: dict[str, tuple[object, object]] = {
        "отпечаток подписи": (report.fingerprint, row.fingerprint),
        "отпечаток сертификата": (report.thumbprint, row.thumbprint),
        "номер сертификата": (report.serial, row.serial),
        "начало срока": (report.not_before, row.not_before),
        "конец срока": (report.not_after, row.not_after),
        "квалифицированный": (report.qualified, row.qualified),
        "время подписания": (report.signing_time, row.signing_time),
        "назначение": (row.document.purpose, row.purpose),
        "организация": (row.document.organization_id, row.organization_id),
    }
    if report.chain:
        pairs["цепочка"] = (
            [base64.b64encode(link.der).decode() for link in report.chain],
            [link["der"] for link in row.chain],
        )
    if report.verdict == Verdict.OK:
        # a list that nobody needs any more tells of a chain that was cut short
        asked = sorted(used.sha256 for used in report.revocation_lists)
        pairs["списки отзыва"] = (asked, sorted(sha256 for sha256, _ in kept_lists(row)))
    differing = [name for name, (found, kept) in pairs.items() if found != kept]
    if differing:
        yield Finding(Reason.FACTS_CHANGED, ", ".join(differing))


def _root_listed_then(row: Signature) -> bool:
    try:
        root = kept_chain(row)[-1].dump()
    except Unusable:
        return False
    listed = TrustedCertificate.objects.filter(sha256=hashlib.sha256(root).hexdigest(), added_at__lte=row.moment)
    return listed.in_force(row.moment).exists()
