"""Recording: every verb leaves a line in the transaction of its change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from core.hints import hint
from core.journal.digests import content_mac, current_key
from core.journal.models import Delivery, Event
from core.journal.subscriptions import reactions_to

BATCH = 1000


class Line(NamedTuple):
    """One of many events: what it is about, whose chain it joins, and its payload."""

    subject: models.Model
    organization: Any
    payload: dict[str, Any]


def record(verb: str, subject: models.Model | None, *, actor: Any, organization: Any = None, **payload: Any) -> Event:
    """Append an event and one delivery for each reaction subscribed to `verb`.

    actor: an Acting, a User, or None for the system. organization: whose chain the event joins; by default the acting
    organization, and then the event is of the branch too for which somebody acts. payload: JSON-able, without personal data.
    Raises TransactionManagementError outside a transaction.
    """
    _refuse_outside_a_transaction()
    event = _event(verb, subject, actor=actor, organization=organization, payload=payload)
    event.save(force_insert=True)
    _deliver([event])
    return event


def record_many(verb: str, lines: Iterable[Line], *, actor: Any) -> list[Event]:
    """`record` for many subjects of one verb, in a few statements whatever their number. Raises as `record`."""
    _refuse_outside_a_transaction()
    events = [
        _event(verb, line.subject, actor=actor, organization=line.organization, payload=line.payload) for line in lines
    ]
    Event.objects.bulk_create(events, batch_size=BATCH)
    _deliver(events)
    return events


def _refuse_outside_a_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() belongs into the transaction of the change it tells of")


def _event(verb: str, subject: models.Model | None, *, actor: Any, organization: Any, payload: dict[str, Any]) -> Event:
    user = getattr(actor, "user", actor)
    owner = organization or getattr(actor, "organization", None)
    branch = (
        getattr(actor, "branch", None) if owner is not None and owner == getattr(actor, "organization", None) else None
    )
    body = json.loads(json.dumps(payload, cls=DjangoJSONEncoder))
    at = timezone.now()
    subject_type = subject._meta.label_lower if subject is not None else ""
    subject_id = str(subject.pk) if subject is not None else ""
    return Event(
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


def _deliver(events: Iterable[Event]) -> None:
    waiting = [Delivery(event=event, reaction=name) for event in events for name in reactions_to(event.verb)]
    if waiting:
        Delivery.objects.bulk_create(waiting, batch_size=BATCH)
        _hint_after_commit()


def _hint_after_commit() -> None:
    """Once a transaction, however many events it records."""
    if not any(call is _hint for _, call, *_ in transaction.get_connection().run_on_commit):
        transaction.on_commit(_hint)


def _hint() -> None:
    from core.journal.tasks import deliver_due

    hint(deliver_due)
