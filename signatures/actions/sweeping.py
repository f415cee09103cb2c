"""What is not needed any more: serials of superseded revocation lists, and the lists themselves where no signature names them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from signatures.cms.encoding import load_certificate
from signatures.cms.revocation import public_key_sha256
from signatures.models import RevocationList, RevokedSerial, TrustedCertificate

SERIALS_KEPT = timedelta(
    days=7
)  # after the list was superseded; what is asked about an earlier moment reads the list itself
BATCH = 100

# The lists among %s whose bytes some kept signature needs.
NAMED = (
    "SELECT list.id FROM signatures_revocationlist list WHERE list.id = ANY(%s) AND EXISTS (SELECT 1 FROM signatures_signature"
    " kept WHERE kept.revocation @> jsonb_build_array(jsonb_build_object('sha256', list.sha256)))"
)


def sweep_lists(moment: datetime | None = None) -> tuple[int, int]:
    """Return (lists whose serials were dropped, lists dropped).  May be stopped and repeated at any time."""
    moment = moment or timezone.now()
    return _drop_serials(moment - SERIALS_KEPT), _drop_lists(moment)


def _superseded(before: datetime) -> list[int]:
    """Lists to which a newer one of the same key and scope was issued before that moment."""
    newer = RevocationList.objects.filter(
        issuer_key_sha256=OuterRef("issuer_key_sha256"),
        scope=OuterRef("scope"),
        this_update__gt=OuterRef("this_update"),
        this_update__lte=before,
        verified_at__lte=before,
    )
    return list(RevocationList.objects.filter(Exists(newer)).order_by("pk").values_list("pk", flat=True))


def _drop_serials(before: datetime) -> int:
    loaded = RevocationList.objects.filter(pk__in=_superseded(before)).exclude(loaded_at=None)
    dropped = 0
    for pk in loaded.values_list("pk", flat=True):
        with transaction.atomic():
            RevocationList.objects.filter(pk=pk).update(loaded_at=None)  # from here on the list itself is read
            RevokedSerial.objects.filter(list=pk)._raw_delete(using="default")
        dropped += 1
    return dropped


def _drop_lists(moment: datetime) -> int:
    days = settings.SIGNATURE_LISTS_KEPT_DAYS
    if not days:
        return 0
    old = _superseded(moment - timedelta(days=days))
    dropped = 0
    for start in range(0, len(old), BATCH):
        batch = old[start : start + BATCH]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(NAMED, [batch])
            named = {pk for (pk,) in cursor.fetchall()}
            unused = [pk for pk in batch if pk not in named]
            RevokedSerial.objects.filter(list__in=unused)._raw_delete(using="default")
            RevocationList.objects.filter(pk__in=unused)._raw_delete(using="default")
            dropped += len(unused)
    return dropped


def fill_keys() -> int:
    """Write the key of certificates that were listed before there was a column for it; returns how many."""
    rows = TrustedCertificate.objects.filter(key_sha256="")
    filled = 0
    for pk, der in list(rows.values_list("pk", "der")[:1000]):
        key = public_key_sha256(load_certificate(bytes(der)))
        filled += TrustedCertificate.objects.filter(pk=pk).update(key_sha256=key)
    return filled
