"""Import of the list of accredited authorities (ТСЛ).

What is decided here:

* Only authorities whose status is «Действует» are trusted; the others are kept with their status and dates, to be shown.
* An authority whose accreditation has ended is taken off from the moment of the import, or from the date of the end where
  that is still ahead.  Not from a date in the past: what was accepted in between was accepted by what was known, and a kept
  signature must be judged the same years later.
* A certificate is a root when it is self-signed, else an intermediate: that the list names an intermediate gives it no trust of
  its own; without the head authority's root its signatures stay «no_trusted_chain».
* What an operator has added by hand stays whatever the list says; what he has taken off by hand does not come back.
* The list's own signature is not verified (XMLDSig by GOST): whoever imports it says how he knows the file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.journal import record
from core.journal.recording import Line, record_many
from signatures.actions.addresses import is_fetchable, keep_listed_addresses, refresh_addresses
from signatures.actions.trusting import columns_of, lock_trust_list, readable_authority
from signatures.demo_mark import is_demo_authority
from signatures.models import AccreditedAuthority, TrustedCertificate, TrustListImport
from signatures.refusals import TrustRefused
from signatures.selectors import trusts_demo_authority
from signatures.tsl import ListedAuthority, ListedKey, TrustListReader, broken

MB = 1024 * 1024
CHUNK = MB
CORRUPT = "данные сертификата повреждены или это не сертификат"
Removed = TrustedCertificate.Removed


def sha256_of(stream: IO[bytes]) -> str:
    """SHA-256 of a list's file; leaves it at the start.  Raises TrustRefused for one that is too large."""
    digest = hashlib.sha256()
    size = 0
    stream.seek(0)
    while block := stream.read(CHUNK):
        digest.update(block)
        size += len(block)
        if size > settings.SIGNATURE_TSL_MAX_BYTES:
            raise TrustRefused(
                f"Перечень больше {settings.SIGNATURE_TSL_MAX_BYTES // MB} МБ: такой файл не загружается."
            )
    stream.seek(0)
    return digest.hexdigest()


@transaction.atomic
def import_trust_list(
    stream: IO[bytes],
    *,
    confirmed: str,
    actor: Any = None,
    moment: datetime | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> TrustListImport:
    """Take over a trust list; the same list again changes nothing and returns the row of its import.

    ``confirmed``: one of ``TrustListImport.Confirmed``; ``on_progress`` gets the bytes read.  Raises TrustRefused with the
    place that is broken, and then nothing is changed.
    """
    moment = moment or timezone.now()
    lock_trust_list()
    sha256 = sha256_of(stream)
    latest = TrustListImport.objects.order_by("-pk").first()
    if latest is not None and latest.sha256 == sha256:
        return latest
    reader = TrustListReader(stream, on_progress=on_progress)
    taking = _Taking(moment, getattr(actor, "user", actor))
    for listed in reader:
        taking.take(listed)
    if not taking.counts["active"]:
        raise TrustRefused("Перечень аккредитованных УЦ не загружен: в нём нет ни одного действующего УЦ.")
    if latest is not None and latest.dated and reader.dated and reader.dated < latest.dated:
        raise TrustRefused(
            f"Перечень аккредитованных УЦ не загружен: он от {reader.dated:%d.%m.%Y},"
            f" а загруженный раньше новее: от {latest.dated:%d.%m.%Y}."
        )
    taking.end()
    row = TrustListImport.objects.create(
        sha256=sha256,
        version=reader.version,
        dated=reader.dated,
        confirmed=confirmed,
        counts=dict(taking.counts),
        imported_at=moment,
        imported_by=getattr(actor, "user", actor),
    )
    record("trust.list_imported", row, actor=actor, sha256=sha256, confirmed=str(confirmed), **row.counts)
    _record_certificates(taking, actor)
    refresh_addresses(moment)
    return row


def _record_certificates(taking: _Taking, actor: Any) -> None:
    added = [
        Line(row, None, {"sha256": row.sha256, "kind": str(row.kind), "source": str(row.source)})
        for row in taking.added
    ]
    removed = [
        Line(row, None, {"sha256": row.sha256, "reason": Removed(row.removed_reason).label}) for row in taking.removed
    ]
    record_many("trust.certificate_added", added, actor=actor)
    record_many("trust.certificate_removed", removed, actor=actor)


class _Taking:
    """One list being taken over."""

    def __init__(self, moment: datetime, added_by: Any) -> None:
        self._moment = moment
        self._added_by = added_by
        self.counts: Counter[str] = Counter(
            dict.fromkeys(("authorities", "active", "added", "removed", "withheld", "skipped", "addresses"), 0)
        )
        self.added: list[TrustedCertificate] = []
        self.removed: list[TrustedCertificate] = []
        rows = TrustedCertificate.objects.defer("der")
        self._standing = {row.sha256: row for row in rows.in_force(moment).order_by("pk")}
        by_hand = rows.filter(removed_reason=Removed.BY_HAND, removed_at__lte=moment)
        self._withheld = set(by_hand.values_list("sha256", flat=True)) - self._standing.keys()
        self._authorities = {(each.registry_number, each.ogrn): each for each in AccreditedAuthority.objects.all()}
        self._seen: set[tuple[str, str]] = set()
        self._wanted: set[str] = set()
        self._of_ended: set[str] = set()
        self._addresses: set[tuple[str, str]] = set()

    def take(self, listed: ListedAuthority) -> None:
        key = (listed.registry_number, listed.ogrn)
        if key in self._seen:
            raise broken(listed.where, "этот УЦ стоит в перечне второй раз")
        self._seen.add(key)
        authority = self._keep_authority(listed)
        self.counts["authorities"] += 1
        until = self._trusted_until(listed)
        is_trusted = authority.is_active or until is not None
        self.counts["active"] += authority.is_active
        for listed_key in listed.keys:
            for der in listed_key.certificates:
                sha256 = hashlib.sha256(der).hexdigest()
                if is_trusted:
                    self._trust(der, sha256, authority, until, listed_key, listed.where)
                else:
                    self._of_ended.add(sha256)

    def _keep_authority(self, listed: ListedAuthority) -> AccreditedAuthority:
        columns: dict[str, Any] = {
            "inn": listed.inn,
            "name": listed.name,
            "status": listed.now.status,
            "status_since": listed.now.since,
            "history": [each.as_json() for each in listed.history],
            "listed": True,
        }
        row = self._authorities.get((listed.registry_number, listed.ogrn))
        if row is None:
            row = AccreditedAuthority(registry_number=listed.registry_number, ogrn=listed.ogrn)
        if row.pk is None or any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            row.updated_at = self._moment
            row.save()
        return row

    def _trusted_until(self, listed: ListedAuthority) -> datetime | None:
        """The end of an accreditation that is still ahead."""
        since = listed.now.since
        ends_later = listed.now.status != AccreditedAuthority.ACTIVE and since is not None and since > self._moment
        return since if ends_later else None

    def _trust(
        self,
        der: bytes,
        sha256: str,
        authority: AccreditedAuthority,
        until: datetime | None,
        key: ListedKey,
        where: str,
    ) -> None:
        if sha256 in self._withheld:
            self.counts["withheld"] += 1
            return
        row = self._standing.get(sha256)
        if row is None:
            row = self._add(der, sha256, authority, until, where)
            if row is None:
                self.counts["skipped"] += 1
                return
        elif is_by_list(row) and (row.authority_id, row.removed_at) != (authority.pk, until):
            row.authority, row.removed_at = authority, until
            row.removed_reason = Removed.STATUS if until else ""
            row.save(update_fields=["authority", "removed_at", "removed_reason"])
        self._wanted.add(sha256)
        self._addresses |= {(url, row.key_sha256) for url in key.addresses if is_fetchable(url)}

    def _add(
        self, der: bytes, sha256: str, authority: AccreditedAuthority, until: datetime | None, where: str
    ) -> TrustedCertificate | None:
        """None for a certificate of no use here: of no authority, or one that has expired.  The list has both."""
        try:
            certificate = readable_authority(der)
        except TrustRefused as refused:
            if refused.is_damage:
                raise broken(where, CORRUPT) from refused
            return None
        if certificate.not_valid_after < self._moment:
            return None
        source = TrustedCertificate.Source.TRUST_LIST
        if is_demo_authority(certificate):
            if not trusts_demo_authority():
                raise broken(where, "это демонстрационный УЦ, он допустим только в среде разработки")
            source = TrustedCertificate.Source.DEMO
        row = TrustedCertificate.objects.create(
            sha256=sha256,
            source=source,
            authority=authority,
            added_by=self._added_by,
            removed_at=until,
            removed_reason=Removed.STATUS if until else "",
            **columns_of(der, certificate),
        )
        self._standing[sha256] = row
        self.added.append(row)
        self.counts["added"] += 1
        return row

    def end(self) -> None:
        """Take off what the list does not name any more, and note its addresses."""
        for sha256, row in self._standing.items():
            if not is_by_list(row) or sha256 in self._wanted:
                continue
            row.removed_at = self._moment
            row.removed_reason = Removed.STATUS if sha256 in self._of_ended else Removed.GONE
            row.save(update_fields=["removed_at", "removed_reason"])
            self.removed.append(row)
            self.counts["removed"] += 1
        gone = [row.pk for key, row in self._authorities.items() if key not in self._seen and row.listed]
        AccreditedAuthority.objects.filter(pk__in=gone).update(listed=False, updated_at=self._moment)
        self.counts["addresses"] = len(self._addresses)
        keep_listed_addresses(self._addresses, self._moment)


def is_by_list(row: TrustedCertificate) -> bool:
    """Whether a trust list brought the certificate, and nobody has added it by hand since."""
    return row.authority_id is not None and row.source != TrustedCertificate.Source.MANUAL
