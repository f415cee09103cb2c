"""An act of signing of its own: what a signing request does with one signature, without the request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from core.files.models import StoredFile
from signatures.actions import keep_signature
from signatures.cms.document import Document, as_document
from signatures.models import Signature
from signatures.selectors import check_signature


def accept_signature(
    *,
    signature: bytes,
    document: bytes | Document,
    name: str,
    purpose: str,
    acting: Any,
    file: StoredFile | None = None,
    moment: datetime | None = None,
) -> Signature:
    """Verify a signature of ``document`` and keep it. Raises SignatureRefused; then nothing is stored."""
    moment = moment or timezone.now()
    document = as_document(document)
    checked = check_signature(signature, document, acting=acting, moment=moment)
    return keep_signature(
        checked, document=document, name=name, purpose=purpose, acting=acting, file=file, moment=moment
    )
