"""Typing, confirming and removing addresses. The journal names the row, never the address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.journal import record
from core.locks import lock_name
from core.moves import lock
from core.notifications.models import Address, Letter
from core.notifications.readers import email_of
from core.versions import put, take

CONFIRMATIONS_AN_HOUR = 5
ADDRESSES_MAX = 10


class AddressRefused(Exception):
    """The address is not taken. The text is one Russian sentence."""


@transaction.atomic
def ask_own_address(user: Any, email: str) -> Address:
    """The person's own address: a letter with a link goes there, and nothing else until the link is followed.

    An earlier request ends. Raises AddressRefused.
    """
    _one_at_a_time(user)
    if email.lower() == email_of(user).lower():
        raise AddressRefused("Письма уже приходят на этот адрес.")
    asked = Address.objects.of_person(user).filter(confirmed_at=None)
    asked.update(removed_at=timezone.now())
    return _create(user, user=user, email=email)


@transaction.atomic
def drop_own_address(user: Any) -> int:
    """Forget what the person typed: letters go to the address that ЕСИА states."""
    _one_at_a_time(user)
    rows = list(Address.objects.of_person(user))
    for address in rows:
        _remove(address, actor=user)
    return len(rows)


@transaction.atomic
def add_copy_address(acting: Any, *, email: str, topics: Collection[str]) -> Address:
    """An address of the acting organization (of the branch, for a branch). Raises AddressRefused."""
    _one_at_a_time(acting.user)
    branch = acting.branch.pk if acting.branch is not None else ""
    lock_name("addresses", f"{acting.organization.pk}/{branch}")  # two people who add at once count each other's
    theirs = Address.objects.standing().filter(organization=acting.organization, branch=acting.branch)
    if theirs.filter(email__iexact=email).exists():
        raise AddressRefused("Этот адрес уже в списке: измените его темы или отправьте ссылку ещё раз.")
    if theirs.count() >= ADDRESSES_MAX:
        raise AddressRefused(f"Адресов уже {ADDRESSES_MAX}: уберите лишний, чтобы добавить новый.")
    return _create(acting, organization=acting.organization, branch=acting.branch, email=email, topics=sorted(topics))


@transaction.atomic
def change_topics(address: Address, topics: Collection[str], *, version: int, acting: Any) -> Address:
    """What an organization's address gets copies of; who says so answers for it from now on. Raises core.versions.Stale."""
    fresh = take(address, version)
    if put(fresh, {"topics": sorted(topics)} | _kept_by(fresh, acting)):
        record("address.topics_changed", fresh, actor=acting, topics=fresh.topics)
    return fresh


@transaction.atomic
def keep_address(address: Address, topics: Collection[str], *, acting: Any) -> Address:
    """Copies that paused go on, about those of the address's topics that are among `topics`: what the person who keeps it may
    see. Again: no effect. Raises AddressRefused."""
    fresh = lock(address)
    if fresh.removed_at is None and fresh.paused_at is not None:
        kept = sorted(set(fresh.topics) & set(topics))
        if not kept:
            raise AddressRefused("У вас нет прав ни на одну из тем этого адреса. Отметьте другие темы и сохраните их.")
        put(fresh, {"topics": kept} | _kept_by(fresh, acting))
        record("address.kept", fresh, actor=acting, topics=fresh.topics)
    return fresh


def _kept_by(address: Address, acting: Any) -> dict[str, Any]:
    if address.keeper_id == acting.user.pk and address.paused_at is None:
        return {}
    return {"kept_by": acting.user, "kept_at": timezone.now(), "paused_at": None}


@transaction.atomic
def ask_again(address: Address, *, acting: Any) -> Address:
    """One more letter with the link, while the address waits for it. Raises AddressRefused."""
    _one_at_a_time(acting.user)
    fresh = lock(address)
    if fresh.removed_at is None and not fresh.is_confirmed:
        _write_to(fresh, acting)
        record("address.asked_again", fresh, actor=acting)
    return fresh


@transaction.atomic
def remove_address(address: Address, *, actor: Any) -> Address:
    """No letter goes there any more. actor: an Acting, a User, or None for who followed the link in a letter."""
    fresh = lock(address)
    if fresh.removed_at is None:
        _remove(fresh, actor=actor)
    return fresh


@transaction.atomic
def confirm_address(address: Address, *, actor: Any) -> bool:
    """Somebody followed the link in the letter; False where the address was removed meanwhile. A person's earlier address
    ends."""
    if address.user_id is not None:
        _one_at_a_time(address.user)
    fresh = lock(address)
    if fresh.removed_at is not None:
        return False
    if not fresh.is_confirmed:
        now = timezone.now()
        if fresh.user_id is not None:
            Address.objects.confirmed().filter(user=fresh.user_id).update(removed_at=now)
        fresh.confirmed_at = now
        fresh.save(update_fields=["confirmed_at"])
        record("address.confirmed", fresh, actor=actor, organization=fresh.organization)
    return True


def _one_at_a_time(user: Any) -> None:
    lock_name("address", str(user.pk))


def _create(actor: Any, **fields: Any) -> Address:
    address = Address.objects.create(created_by=getattr(actor, "user", actor), **fields)
    _write_to(address, actor)
    record("address.asked", address, actor=actor, organization=address.organization, topics=address.topics)
    return address


def _write_to(address: Address, actor: Any) -> None:
    """The letter with the link. Nobody makes the cabinet write to strangers without end."""
    user = getattr(actor, "user", actor)
    recent = timezone.now() - timedelta(hours=1)
    asked = Letter.objects.filter(notice=None, address__created_by=user, created_at__gt=recent)
    if asked.count() >= CONFIRMATIONS_AN_HOUR:
        raise AddressRefused("За час отправлено пять писем со ссылкой. Повторите через час.")
    Letter.objects.create(address=address)


def _remove(address: Address, *, actor: Any) -> None:
    address.removed_at = timezone.now()
    address.save(update_fields=["removed_at"])
    record("address.removed", address, actor=actor, organization=address.organization)
