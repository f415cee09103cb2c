"""Recording: every verb leaves a line in the transaction of its change."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from core.hints import hint
from core.journal.digests import content_mac, current_key
from core.journal.models import Delivery, Event
from core.journal.subscriptions import reactions_to


def record(verb: str, subject: models.Model | None, *, actor: Any, organization: Any = None, **payload: Any) -> Event:
    """Append an event and one delivery for each reaction subscribed to `verb`.

    actor: an Acting, a User, or None for the system. organization: whose chain the event joins; by default the acting
    organization, and then the event is of the branch too for which somebody acts. payload: JSON-able, without personal data.
    Raises TransactionManagementError outside a transaction.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record() belongs into the transaction of the change it tells of")
    user = getattr(actor, "user", actor)
    owner = organization or getattr(actor, "organization", None)
    branch = (
        getattr(actor, "branch", None) if owner is not None and owner == getattr(actor, "organization", None) else None
    )
    body = json.loads(json.dumps(payload, cls=DjangoJSONEncoder))
    at = timezone.now()
    subject_type = subject._meta.label_lower if subject is not None else ""
    subject_id = str(subject.pk) if subject is not None else ""
    event = Event.objects.create(
        at=at,
        verb=verb,
        actor=user,
        organization=owner,
        branch=branch,
        subject_type=subject_type,
        subject_id=subject_id,
        payload=body,
        mac=content_mac(
            current_key(),
            at=at,
            verb=verb,
            actor_id=getattr(user, "pk", None),
            organization_id=getattr(owner, "pk", None),
            subject=f"{subject_type}:{subject_id}",
            payload=body,
            branch_id=getattr(branch, "pk", None),
        ),
    )
    names = reactions_to(verb)
    if names:
        Delivery.objects.bulk_create([Delivery(event=event, reaction=name) for name in names])
        _hint_after_commit()
    return event


def _hint_after_commit() -> None:
    """Once a transaction, however many events it records."""
    if not any(call is _hint for _, call, *_ in transaction.get_connection().run_on_commit):
        transaction.on_commit(_hint)


def _hint() -> None:
    from core.journal.tasks import deliver_due

    hint(deliver_due)
