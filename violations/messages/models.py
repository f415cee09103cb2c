"""Messages of inspectorates to employers: the message, whom it is for, what each recipient did with it, the conversation."""

from __future__ import annotations

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from violations.messages.states import DELIVERED, Audience, MessageState, Side, ThreadState

SEND = "inspect.send_messages"
VIEW_MESSAGES = "control.view_messages"
_CONTENT = ("subject", "text", "number", "number_on", "answer_by", "corrects_id", "sender_id", "sent_at", "sent_by_id")
_OLD = ", ".join(f"OLD.{name}" for name in _CONTENT)
_NEW = ", ".join(f"NEW.{name}" for name in _CONTENT)


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, acting: Any) -> MessageQuerySet:
        """Messages that the acting inspectorate wrote (the branch, for who acts for a branch), for those who may send. Recipients
        see theirs through `Recipient`."""
        if acting is None or not acting.holds(SEND):
            return self.none()
        sent = self.filter(sender=acting.organization).exclude(state=MessageState.DISCARDED)
        return sent.filter(sender_branch=acting.branch) if acting.branch is not None else sent


class Message(models.Model):
    """`number` and `number_on` are those of the outgoing paper, if there is one. `answer_by`: the last day for an answer.

    `sender_branch`: the branch that it was written for, whose region bounds its recipients; None for the whole inspectorate.

    `filters` hold the conditions of a FILTERED audience: a dict of the names in `selectors.CONDITIONS`; they are applied when
    the message is sent. `version` goes up at each change of the draft, so that a stale page is told.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sender = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    sender_branch = models.ForeignKey("accounts.Branch", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    number = models.CharField(max_length=60, blank=True)
    number_on = models.DateField(null=True)
    answer_by = models.DateField(null=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.CHOSEN)
    filters = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"], sent_at=None, sent_by=None)
                | Q(state__in=["sending", "sent", "withdrawn"], sent_at__isnull=False, sent_by__isnull=False),
                name="message_sent_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""))
                | (~Q(state="withdrawn") & Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")),
                name="message_withdrawn_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"]) | (~Q(subject="") & ~Q(text="")),
                name="message_sent_says_something",
            ),
        ]
        indexes = [models.Index(fields=["sender", "changed_at", "id"], name="message_sender_changed")]
        triggers = [
            pgtrigger.Protect(
                name="message_sent_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.state IN ('sent', 'withdrawn') AND ({_OLD}) IS DISTINCT FROM ({_NEW})"
                ),
            ),
            pgtrigger.Protect(name="message_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_delivered(self) -> bool:
        """Its recipients see it."""
        return self.state in DELIVERED

    @property
    def number_label(self) -> str:
        """«№ 12-3/456 от 21.11.2026», as much of it as there is."""
        day = f"от {self.number_on:%d.%m.%Y}" if self.number_on else ""
        return " ".join(filter(None, (f"№\N{NO-BREAK SPACE}{self.number}" if self.number else "", day)))


class Addressee(models.Model):
    """Somebody named in a draft: an organization as a whole, or one branch of it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="addressees")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "organization", "branch"], nulls_distinct=False, name="addressee_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.organization_id}"


# An answer is asked for and has not come: by the day that was set, or because the inspector wrote once more.
AWAITED = Q(message__state=MessageState.SENT) & (
    Q(state=ThreadState.SILENT, answer_by__isnull=False) | Q(state=ThreadState.ASKED)
)


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def visible_to(self, acting: Any) -> RecipientQuerySet:
        """Messages to the acting employer: for who acts for the whole organization those to its branches too, for who acts for
        a branch those to the branch."""
        if acting is None or not acting.holds(VIEW_MESSAGES):
            return self.none()
        mine = self.filter(organization=acting.organization, message__state__in=DELIVERED)
        return mine.filter(branch=acting.branch) if acting.branch is not None else mine

    def sent_by(self, acting: Any) -> RecipientQuerySet:
        """Recipients of messages that the acting inspectorate sent."""
        sent = Message.objects.visible_to(acting).filter(state__in=DELIVERED)
        return self.filter(message__in=sent)

    def unread(self) -> RecipientQuerySet:
        return self.filter(read_at=None, message__state=MessageState.SENT)

    def awaiting(self) -> RecipientQuerySet:
        """Whose answer is awaited."""
        return self.filter(AWAITED)


class Recipient(models.Model):
    """A message as one organization (or branch) has it. Written when the message is sent; name and ИНН as they were then.

    `answer_by` begins as the message's and may be set anew in the conversation. `read_by` opened it first. `told`: the
    message's state that this recipient was given a notice of. `reminded_of`: the day that a reminder was sent for.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="recipients", db_index=False)
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+", db_index=False)
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=1000)
    inn = models.CharField(max_length=20)
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ThreadState.choices, default=ThreadState.SILENT)
    answer_by = models.DateField(null=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=10, blank=True, default="")
    reminded_of = models.DateField(null=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "organization", "branch"], nulls_distinct=False, name="recipient_once"
            ),
            models.CheckConstraint(
                condition=Q(read_at=None, read_by=None) | Q(read_at__isnull=False, read_by__isnull=False),
                name="recipient_read_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="recipient_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False), name="recipient_answered_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "sent_at", "id"], name="recipient_organization_sent"),
            models.Index(fields=["organization"], condition=Q(read_at=None), name="recipient_unread"),
            models.Index(fields=["message", "name", "id"], name="recipient_message_name"),
            models.Index(fields=["message"], condition=Q(state="answered"), name="recipient_answered"),
            models.Index(
                fields=["answer_by", "id"],
                condition=Q(answer_by__isnull=False, state__in=["silent", "asked"]),
                name="recipient_awaited",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def thread(self) -> ThreadState:
        return ThreadState(self.state)

    @property
    def is_awaited(self) -> bool:
        """As AWAITED, for a row whose message is at hand."""
        if self.message.state != MessageState.SENT:
            return False
        asked = self.state == ThreadState.SILENT and self.answer_by is not None
        return asked or self.state == ThreadState.ASKED


class Reply(models.Model):
    """One turn of the conversation with a recipient. `once` comes from the form: pressing twice makes one reply."""

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="replies", db_index=False)
    side = models.CharField(max_length=12, choices=Side.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(db_default=Now())
    once = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "once"], name="reply_once"),
            models.CheckConstraint(condition=~Q(text=""), name="reply_says_something"),
        ]
        indexes = [models.Index(fields=["recipient", "id"], name="reply_order")]
        triggers = [
            pgtrigger.Protect(name="reply_never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.side}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def received_by(self, acting: Any) -> AttachmentQuerySet:
        """Files of the messages to the acting employer and of his conversations about them."""
        mine = Recipient.objects.visible_to(acting)
        return self.filter(Q(message__in=mine.values("message")) | Q(reply__recipient__in=mine.values("pk")))

    def sent_by(self, acting: Any) -> AttachmentQuerySet:
        """Files of the acting inspectorate's messages, drafts too, and of the conversations about them."""
        own = Message.objects.visible_to(acting)
        return self.filter(Q(message__in=own) | Q(reply__recipient__in=Recipient.objects.sent_by(acting).values("pk")))

    def visible_to(self, acting: Any) -> AttachmentQuerySet:
        return self.received_by(acting) | self.sent_by(acting)


class Attachment(models.Model):
    """A file of a message, or of a reply."""

    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="attachments")
    reply = models.ForeignKey(Reply, models.PROTECT, null=True, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False, reply=None) | Q(message=None, reply__isnull=False),
                name="attachment_of_one_thing",
            )
        ]
        ordering = ["id"]
        triggers = [
            pgtrigger.Trigger(
                name="attachment_of_draft_only",
                operation=pgtrigger.Insert | pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("owner_id", "bigint")],
                func=(
                    "owner_id := CASE WHEN TG_OP = 'DELETE' THEN OLD.message_id ELSE NEW.message_id END;"
                    " IF EXISTS (SELECT 1 FROM violations_message WHERE id = owner_id AND state <> 'draft') THEN"
                    " RAISE EXCEPTION 'files of a sent message stay as they are'; END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;"
                ),
            ),
            pgtrigger.Protect(name="attachment_never_changed", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}"
