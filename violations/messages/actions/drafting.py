"""A draft: what it says, and its files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from core.files import store
from core.files.models import StoredFile
from core.files.serving import safe_name
from core.files.storing import digest_and_size
from core.journal import record
from core.locks import lock_name
from core.moves import WrongState, lock, move
from core.versions import Stale
from violations.messages.attachments import MOST_FILES, Upload, too_many, trouble
from violations.messages.models import Addressee, Attachment, Message, Recipient, Reply
from violations.messages.states import DELIVERED, MESSAGE_MOVES, Audience, MessageState

PURPOSE = "message"


class FilesRefused(Exception):
    """Files that cannot be attached. `troubles` are Russian sentences."""

    def __init__(self, troubles: list[str]) -> None:
        super().__init__(" ".join(troubles))
        self.troubles = troubles


@dataclass(frozen=True, slots=True)
class TypedMessage:
    """What the form of a draft holds."""

    subject: str
    text: str
    number: str = ""
    number_on: date | None = None
    answer_by: date | None = None


FIELDS = tuple(TypedMessage.__dataclass_fields__)


@transaction.atomic
def new_draft(*, acting: Any, corrects: Message | None = None) -> Message:
    """An empty draft of the acting inspectorate; the one that this person began and left untouched, where there is one: a button
    pressed twice makes one draft. What corrects a branch's message is the branch's too, whoever of the inspectorate begins it."""
    lock_name("draft", f"{acting.organization.pk}/{acting.user.pk}")
    branch = acting.branch if corrects is None else corrects.sender_branch
    if (begun := _untouched(acting, corrects, branch)) is not None:
        return begun
    message = Message.objects.create(
        sender=acting.organization,
        sender_branch=branch,
        created_by=acting.user,
        changed_by=acting.user,
        corrects=corrects,
    )
    record("message.created", message, actor=acting, corrects=str(corrects.uid) if corrects else "")
    return message


def _untouched(acting: Any, corrects: Message | None, branch: Any) -> Message | None:
    """A draft that this person began for the same purpose and nobody has saved since."""
    rows = Message.objects.visible_to(acting).filter(state=MessageState.DRAFT, version=1, created_by=acting.user)
    return rows.filter(corrects=corrects, sender_branch=branch).order_by("pk").last()


@transaction.atomic
def correct(original: Message, *, acting: Any) -> Message:
    """A draft that corrects a sent message: the same text, files and recipients to begin with. Again: the same draft, as long as
    nothing in it was changed.

    Raises WrongState where the original was never sent.
    """
    if original.state not in DELIVERED:
        raise WrongState(original, "correct")
    draft = new_draft(acting=acting, corrects=original)
    if draft.text:
        return draft  # filled when the button was pressed first
    draft.subject, draft.text = original.subject, original.text
    draft.save(update_fields=["subject", "text"])
    for each in Attachment.objects.filter(message=original):
        Attachment.objects.create(message=draft, file_id=each.file_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Addressee._meta.db_table} (message_id, organization_id, branch_id)"  # noqa: S608 - our own tables
            f" SELECT %s, organization_id, branch_id FROM {Recipient._meta.db_table} WHERE message_id = %s",
            [draft.pk, original.pk],
        )
    return draft


@transaction.atomic
def save_draft(
    message: Message,
    typed: TypedMessage,
    *,
    version: int,
    acting: Any,
    files: Sequence[Upload] = (),
    without: Collection[int] = (),
) -> Message:
    """Save what was typed; `files` are attached, `without` are attachments (pk) to take off.

    Raises core.versions.Stale when `version` is not the saved one (unless what is saved is just what was sent: a doubled click),
    WrongState when it is no draft any more, FilesRefused. Nothing is changed then.
    """
    fresh = lock_draft(message)
    measured = [digest_and_size(each.stream) for each in files]
    kept = Attachment.objects.filter(message=fresh).exclude(pk__in=without).select_related("file")
    there = {(each.file.sha256, each.file.name) for each in kept}
    added = [
        (upload, digest)
        for upload, digest in zip(files, measured, strict=True)
        if (digest[0], safe_name(upload.name)) not in there
    ]
    if fresh.version != version:
        if all(getattr(fresh, name) == getattr(typed, name) for name in FIELDS) and not added:
            return fresh
        raise Stale(fresh)
    refuse_unfit([upload for upload, _ in added], already=len(there))
    changes = _save_fields(fresh, typed)
    changes += take_off(fresh, without)
    for upload, digest in added:
        attach(upload, message=fresh, acting=acting, measured=digest)
    if changes or added:
        touch(fresh, acting=acting, event="message.saved", changes=changes, files=len(added))
    return fresh


def lock_draft(message: Message) -> Message:
    """The row, locked. Raises WrongState when it is no draft."""
    fresh = lock(message)
    if fresh.state != MessageState.DRAFT:
        raise WrongState(fresh, "save")
    return fresh


def touch(message: Message, *, acting: Any, event: str, **payload: Any) -> None:
    """The draft has changed: a new version, its author, a line in the journal."""
    message.version += 1
    message.changed_by, message.changed_at = acting.user, timezone.now()
    message.save(update_fields=["version", "changed_by", "changed_at"])
    record(event, message, actor=acting, version=message.version, **payload)


def _save_fields(message: Message, typed: TypedMessage) -> int:
    changed = [name for name in FIELDS if getattr(message, name) != getattr(typed, name)]
    for name in changed:
        setattr(message, name, getattr(typed, name))
    if changed:
        message.save(update_fields=changed)
    return len(changed)


def refuse_unfit(files: Sequence[Upload], *, already: int = 0) -> None:
    """Raises FilesRefused with every reason at once."""
    troubles = [said for said in map(trouble, files) if said]
    if already + len(files) > MOST_FILES:
        troubles.append(too_many(already + len(files)))
    if troubles:
        raise FilesRefused(troubles)


def attach(
    upload: Upload,
    *,
    acting: Any,
    message: Message | None = None,
    reply: Reply | None = None,
    measured: tuple[str, int] | None = None,
) -> Attachment:
    """Keep one file of a message or of a reply."""
    stored = store(upload.stream, name=safe_name(upload.name), actor=acting, purpose=PURPOSE, measured=measured)
    return Attachment.objects.create(message=message, reply=reply, file=stored)


def take_off(message: Message, keys: Collection[int]) -> int:
    """Take files off a locked draft; bytes that nothing refers to any more are dropped by the clock."""
    rows = list(Attachment.objects.filter(message=message, pk__in=keys).select_related("file"))
    for each in rows:
        stored: StoredFile = each.file
        each.delete()
        if not Attachment.objects.filter(file=stored).exists():
            stored.expires_at = timezone.now()
            stored.save(update_fields=["expires_at"])
    return len(rows)


@transaction.atomic
def discard(message: Message, *, acting: Any) -> Message:
    """Throw a draft away. Raises WrongState when it was sent or thrown away already."""
    fresh = lock_draft(message)
    take_off(fresh, Attachment.objects.filter(message=fresh).values_list("pk", flat=True))
    Addressee.objects.filter(message=fresh).delete()
    fresh.audience, fresh.filters = Audience.CHOSEN, {}
    fresh.save(update_fields=["audience", "filters"])
    return move(fresh, "discard", moves=MESSAGE_MOVES, actor=acting, event="message.discarded")
