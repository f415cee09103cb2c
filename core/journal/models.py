"""Tables of the journal. An event is never edited: seals and deliveries are rows of their own."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

TRUNCATE_REFUSED = "RAISE EXCEPTION 'The journal is append-only: TRUNCATE of % is refused', TG_TABLE_NAME;"


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE; only triggers see COPY and `queryset.update`."""
    return [
        pgtrigger.Protect(name=f"{name}_keep", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_keep_all",
            operation=pgtrigger.Truncate,
            when=pgtrigger.Before,
            level=pgtrigger.Statement,
            func=TRUNCATE_REFUSED,
        ),
    ]


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, acting: object) -> EventQuerySet:
        """Events of the acting organization."""
        organization = getattr(acting, "organization", None)
        return self.filter(organization=organization) if organization is not None else self.none()

    def about(self, subject: models.Model) -> EventQuerySet:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))


class Event(models.Model):
    """One change: verb, subject, actor, organization, payload. `branch`: for which part of the organization the actor acted;
    None for the whole of it, and where the system acted. `mac` is a keyed digest of the row's content, made by the
    application at recording, so that a row typed into the table without the key is found out."""

    at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, null=True, related_name="+", db_index=False)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    payload = models.JSONField(default=dict)
    mac = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="event_subject"),
            # journals of an organization and of a person, the latest first; a period is a stretch of them
            models.Index(fields=["organization", "at", "id"], name="event_organization_at"),
            models.Index(fields=["actor", "at", "id"], name="event_actor_at"),
            models.Index(
                fields=["branch", "at", "id"], condition=models.Q(branch__isnull=False), name="event_branch_at"
            ),
        ]
        triggers = append_only("event")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb} {self.subject_type} {self.subject_id}"


class Seal(models.Model):
    """The place of an event in its chain. `event_id` is a plain number: a removed event must leave its seal behind."""

    event_id = models.BigIntegerField(unique=True)
    chain = models.BigIntegerField()  # organization id, 0 for events of none
    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="seal_once")]
        triggers = append_only("seal")

    def __str__(self) -> str:
        return f"{self.chain}/{self.number}"


class ChainHead(models.Model):
    """The last seal of a chain, with a keyed digest of its own: seals cut off at the end are missed."""

    chain = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.chain} → {self.number}"


class Delivery(models.Model):
    """An event on its way to one reaction. Claimed with a lease; delivered at least once, so a reaction is idempotent."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries")
    reaction = models.CharField(max_length=120)
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="delivery_once")]
        indexes = [models.Index(fields=["id"], condition=models.Q(done_at=None), name="delivery_waiting")]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.reaction}"
