"""Keeping an organization's contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.models import Contacts
from core.journal import record
from core.versions import put, take

if TYPE_CHECKING:
    from accounts.acting import Acting


@transaction.atomic
def save_contacts(
    *, phone: str, email: str, person_name: str, person_position: str, version: int, acting: Acting
) -> Contacts:
    """Of the organization, or of the branch for who acts for one. The journal names the fields, not what stands in them.

    Raises core.versions.Stale.
    """
    row, _ = Contacts.objects.get_or_create(organization=acting.organization, branch=acting.branch)
    fresh = take(row, version)
    values = {"phone": phone, "email": email, "person_name": person_name, "person_position": person_position}
    changed = put(fresh, values)
    if changed:
        fresh.changed_by, fresh.changed_at = acting.user, timezone.now()
        fresh.save(update_fields=["changed_by", "changed_at"])
        record("contacts.saved", fresh, actor=acting, fields=changed, branch=fresh.branch_id)
    return fresh
