"""Members of commissions kept for reuse. The journal names rows and fields, not people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from core.journal import record
from core.moves import lock
from core.versions import put, take
from violations.protocols.models import KeptMember

MOST_KEPT = 100


class MemberRefused(Exception):
    """The member is not kept. The text is one Russian sentence."""


SAME = "Этот человек уже в списке."


@transaction.atomic
def keep_member(values: Mapping[str, str], *, acting: Any) -> KeptMember:
    """`values`: last_name, first_name, middle_name, position. Raises MemberRefused."""
    if KeptMember.objects.visible_to(acting).count() >= MOST_KEPT:
        raise MemberRefused(f"В списке уже {MOST_KEPT} человек: уберите тех, кто больше не входит в комиссии.")
    try:
        with transaction.atomic():
            member = KeptMember.objects.create(organization=acting.organization, branch=acting.branch, **values)
    except IntegrityError as same:
        raise MemberRefused(SAME) from same
    record("commission_member.kept", member, actor=acting)
    return member


@transaction.atomic
def change_member(member: KeptMember, values: Mapping[str, str], *, version: int, acting: Any) -> KeptMember:
    """Raises core.versions.Stale, MemberRefused."""
    fresh = take(member, version)
    try:
        with transaction.atomic():
            changed = put(fresh, dict(values))
    except IntegrityError as same:
        raise MemberRefused(SAME) from same
    if changed:
        record("commission_member.changed", fresh, actor=acting, fields=changed)
    return fresh


@transaction.atomic
def forget_member(member: KeptMember, *, acting: Any) -> None:
    """Take him off the list; protocols keep their members. A second time changes nothing."""
    try:
        fresh = lock(member)
    except KeptMember.DoesNotExist:
        return
    record("commission_member.forgotten", fresh, actor=acting)
    fresh.delete()
