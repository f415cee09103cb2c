"""Revocation lists in tables, asked by issuer's key and serial number: one query for a certificate, no list is read.

What a list must be to count is the same as for a parsed one (``signatures.cms.revocation``): its signature, form and times
were checked when it came; name, key, right to sign lists, kind of certificates and moment are compared here.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import connection

from signatures.cms.chain import weightiest
from signatures.cms.exact import Certificate, exact
from signatures.cms.points import Point
from signatures.cms.revocation import (
    UNKNOWN,
    RevocationAnswer,
    RevocationStatus,
    may_sign_lists,
    public_key_sha256,
    serial_text,
)
from signatures.cms.revocation import RevocationList as ParsedList
from signatures.models import RevocationList
from signatures.reports import RevocationUse

# Written out: the ORM takes ten times as long to write it as the database to answer it.
NEWEST = """
SELECT list.*, entry.revoked_at
FROM (
    SELECT DISTINCT ON (scope)
        id, scope, issuer_key_sha256, issuer_name_sha256, authority_key, point::text AS point, issuer, number, sha256,
        next_update, loaded_at
    FROM signatures_revocationlist
    WHERE issuer_key_sha256 = %s AND this_update <= %s
    ORDER BY scope, this_update DESC, id DESC
) list
LEFT JOIN signatures_revokedserial entry ON entry.list_id = list.id AND entry.serial = %s
ORDER BY list.scope
"""


class RevocationTable:
    """The one source of revocation status of an installation (see ``RevocationSource``)."""

    def ask(self, certificate: Certificate, issuer: Certificate, moment: datetime) -> RevocationAnswer:
        """The newest list of each scope of the issuer's key answers, also when it has run out: then it says nothing."""
        return weightiest(_answer(row, certificate, issuer, moment) for row in _newest(certificate, issuer, moment))


def name_sha256(name: bytes) -> str:
    """By which a list and its issuer's certificate are compared: an authority writes its own name in one way."""
    return hashlib.sha256(name).hexdigest()


def _newest(certificate: Certificate, issuer: Certificate, moment: datetime) -> list[dict[str, Any]]:
    """The newest list of each scope of the issuer's key as of a moment, with the date from its entry of the certificate."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [public_key_sha256(issuer), moment, serial_text(certificate.serial_number)])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _answer(row: dict[str, Any], certificate: Certificate, issuer: Certificate, moment: datetime) -> RevocationAnswer:
    if row["next_update"] < moment:
        return UNKNOWN
    if row["loaded_at"] is None:
        return _read(row, certificate, issuer, moment)
    if not _is_of(row, certificate, issuer) or not Point.from_json(json.loads(row["point"])).speaks_for(certificate):
        return UNKNOWN
    used = RevocationUse(issuer=row["issuer"], number=row["number"], sha256=row["sha256"])
    if row["revoked_at"] is None:
        return RevocationAnswer(RevocationStatus.GOOD, used)
    return RevocationAnswer(RevocationStatus.REVOKED, used, row["revoked_at"])


def _is_of(row: dict[str, Any], certificate: Certificate, issuer: Certificate) -> bool:
    """Whether the list is of this issuer: as ``RevocationList.is_signed_by``, whose last step was done at import."""
    names = {name_sha256(exact(certificate.issuer)), name_sha256(exact(issuer.subject))}
    if names != {row["issuer_name_sha256"]} or not may_sign_lists(issuer):
        return False
    key_identifier = issuer.key_identifier
    return not (row["authority_key"] and key_identifier) or row["authority_key"] == key_identifier.hex()


def _read(row: dict[str, Any], certificate: Certificate, issuer: Certificate, moment: datetime) -> RevocationAnswer:
    """A list whose serials are not in the table: old evidence, asked about a moment long past."""
    der = RevocationList.objects.values_list("der", flat=True).get(pk=row["id"])
    return ParsedList(bytes(der), verified_key=row["issuer_key_sha256"]).ask(certificate, issuer, moment)
