"""Links that letters carry: the canonical address of the cabinet, and tokens that name an address without showing it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

from core.notifications.models import Address

CONFIRM, STOP = "notifications.confirm", "notifications.stop"
CONFIRM_WITHIN = timedelta(days=3)


def absolute(name: str, *args: Any) -> str:
    """A page's address at the canonical address of the cabinet."""
    return settings.PUBLIC_URL + reverse(name, args=args)


def confirm_link(address: Address) -> str:
    return absolute("core:address_confirm", TimestampSigner(salt=CONFIRM).sign(str(address.pk)))


def stop_link(address: Address) -> str:
    return absolute("core:address_stop", TimestampSigner(salt=STOP).sign(str(address.pk)))


class LinkExpired(Exception):
    """The link was good and is too old."""


def address_of_confirm(token: str) -> Address | None:
    """The standing address that a link of confirmation names; None for any other text. Raises LinkExpired."""
    try:
        return _standing(TimestampSigner(salt=CONFIRM).unsign(token, max_age=CONFIRM_WITHIN))
    except SignatureExpired as expired:
        raise LinkExpired from expired
    except BadSignature:
        return None


def address_of_stop(token: str) -> Address | None:
    """The standing address that wants no more letters; this link does not grow old."""
    try:
        return _standing(TimestampSigner(salt=STOP).unsign(token))
    except BadSignature:
        return None


def _standing(pk: str) -> Address | None:
    return Address.objects.standing().select_related("organization", "user").filter(pk=int(pk)).first()
