"""A signature that was checked is kept with everything needed to judge it again."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from core.files.models import StoredFile
from core.journal import record
from signatures.actions.rechecks import ask_later
from signatures.cms.document import Document
from signatures.models import Signature, SignedDocument
from signatures.refusals import AcceptanceCode, SignatureRefused
from signatures.reports import SignerReport
from signatures.selectors import STREEBOG_256, CheckedSignature


def keep_signature(
    checked: CheckedSignature,
    *,
    document: Document,
    name: str,
    purpose: str,
    acting: Any,
    moment: datetime,
    file: StoredFile | None = None,
) -> Signature:
    """Keep a signature that was checked; who may give it for this purpose is the caller's to know.

    ``purpose`` is a short code of what the signature is for: the same act of signing is accepted once per purpose.
    ``acting`` is who brought it: the signer himself, or (of a paper of the head, of a member of a commission) somebody else.
    ``file`` is the stored file that holds exactly these bytes; without it they are kept in the row.  A Document spares the
    digests it knows.  Raises SignatureRefused(ALREADY_ACCEPTED).  Call it inside the transaction of the change that the
    signature allows.
    """
    try:
        with transaction.atomic():
            kept = keep_document(document, name=name, purpose=purpose, acting=acting, file=file)
            row = _keep_signature(kept, checked, acting, moment)
            record(
                "signature.accepted",
                row,
                actor=acting,
                purpose=purpose,
                document=kept.sha256,
                thumbprint=row.thumbprint,
                fingerprint=row.fingerprint,
                **({"power": checked.power.number} if checked.power else {}),
                moment=moment.isoformat(),
                root=row.chain[-1]["thumbprint"] if row.chain else "",
            )
            ask_later(row, checked.report)
    except IntegrityError as error:
        if "signature_accepted_once_per_purpose" not in str(error):
            raise
        raise SignatureRefused.by_receipt(AcceptanceCode.ALREADY_ACCEPTED) from error
    return row


def keep_document(
    document: Document, *, name: str, purpose: str, acting: Any, file: StoredFile | None
) -> SignedDocument:
    """The row of these very bytes for this organization and purpose: the one that is there, or a new one."""
    sha256 = hashlib.sha256(document.data).hexdigest()
    if file is not None and file.sha256 != sha256:
        raise ValueError("the stored file does not hold the bytes that were signed")
    fresh: dict[str, Any] = {
        "name": name[:255],
        "file": file,
        "body": document.data if file is None else None,
        "size": len(document.data),
        # a call: it is made only where there is no row yet
        "streebog256": lambda: document.digest(STREEBOG_256).hex(),
    }
    row, _is_new = SignedDocument.objects.get_or_create(
        organization=acting.organization, purpose=purpose, sha256=sha256, defaults=fresh
    )
    return row


def _keep_signature(document: SignedDocument, checked: CheckedSignature, acting: Any, moment: datetime) -> Signature:
    report = checked.report
    if report.not_before is None or report.not_after is None:
        raise ValueError("a report that is ok has the dates of its certificate")
    return Signature.objects.create(
        document=document,
        organization=acting.organization,
        person=acting.user,
        purpose=document.purpose,
        der=checked.der,
        sha256=hashlib.sha256(checked.der).hexdigest(),
        fingerprint=report.fingerprint,
        certificate=report.certificate,
        thumbprint=report.thumbprint,
        serial=report.serial,
        not_before=report.not_before,
        not_after=report.not_after,
        qualified=report.qualified,
        chain=_chain(report),
        revocation=[
            {"issuer": used.issuer, "number": used.number, "sha256": used.sha256} for used in report.revocation_lists
        ],
        verdict=report.verdict,
        moment=moment,
        signing_time=report.signing_time,
        power=checked.power,
    )


def _chain(report: SignerReport) -> list[dict[str, str]]:
    return [
        {"name": link.name, "thumbprint": link.thumbprint, "der": base64.b64encode(link.der).decode()}
        for link in report.chain
    ]
