"""What tests of messages need around them: drafts, sent messages, answers, files."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.test import override_settings

from accounts.acting import Acting
from accounts.models import Branch, Organization
from core.jobs.models import Job
from core.jobs.tasks import run_job
from tests import factories
from violations.messages.actions import TypedMessage, answer, choose, new_draft, save_draft, send
from violations.messages.attachments import Upload
from violations.messages.models import Message, Recipient, Reply

TEXT = "Просим представить сведения.\n\nСрок указан в сообщении."


def inspector(region: str = "77", **fields: Any) -> Acting:
    """Acts for a territorial inspectorate with all its rights."""
    return factories.acting(factories.inspectorate(region=region, **fields))


def upload(name: str = "Запрос.pdf", content: bytes = b"%PDF-1.7 invented") -> Upload:
    return Upload(io.BytesIO(content), name, len(content))


def drafted(acting: Acting, *to: Organization | Branch, files: tuple[Upload, ...] = (), **fields: Any) -> Message:
    """A draft that could be sent, to organizations and branches."""
    typed = TypedMessage(**({"subject": "О представлении сведений", "text": TEXT} | fields))
    draft = new_draft(acting=acting)
    draft = save_draft(draft, typed, version=draft.version, acting=acting, files=files)
    organizations = [each.pk for each in to if isinstance(each, Organization)]
    branches = [each.pk for each in to if isinstance(each, Branch)]
    choose(draft, acting=acting, organizations=organizations, branches=branches)
    draft.refresh_from_db()
    return draft


def sent(acting: Acting, *to: Organization | Branch, told: bool = True, **fields: Any) -> Message:
    """A message that its recipients have; their notices too, unless `told` is False."""
    draft = drafted(acting, *to, **fields)
    message = send(draft, version=draft.version, acting=acting)
    if told:
        work(message)
    return message


def work(message: Message) -> None:
    """What a worker would do with the message's jobs."""
    for job in Job.objects.of(message).unfinished():
        run(job)


def run(job: Job) -> None:
    """A worker's part. The heartbeat has a connection of its own, which does not see the rows of a test's transaction."""
    with override_settings(JOB_HEARTBEAT_SECONDS=3600):
        run_job(str(job.pk))


def one(message: Message) -> Recipient:
    """The only recipient."""
    return Recipient.objects.select_related("message__sender", "organization", "branch").get(message=message)


def answered(recipient: Recipient, acting: Acting, text: str = "Сведения направляем.", **fields: Any) -> Reply:
    return answer(recipient, text=text, once=uuid.uuid4(), acting=acting, **fields)


def asked(queries: Any) -> int:
    """How many questions a page asked of the database, without what opens and ends its transaction."""
    around = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")
    return len([each for each in queries if not each["sql"].startswith(around)])
