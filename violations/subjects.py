"""How flags, questions and messages are called in the journal, and where they are opened. A place's number is not named: a file may
write a person's number there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse

from core.journal.words import Subject, register_subjects
from violations.flags.models import Flag
from violations.flags.selectors import rule_of
from violations.inspection.models import Question
from violations.messages.models import SEND, VIEW_MESSAGES, Message, Recipient
from violations.views.scope import FLAG_READERS, INSPECTORS

FOUND_MAX = 1000


def _of_flag(flag: Flag, acting: Any) -> tuple[str, str]:
    """(«признак SOUT-UNIQ-001, отчёт № 12», its page where this person may open it)."""
    opens = any(acting.holds(right) for right in (*FLAG_READERS, *INSPECTORS))
    url = reverse("violations:flag", args=[flag.pk]) if opens else ""
    return f"признак {flag.rule}, отчёт № {flag.report.number}", url


def flags_named(acting: Any, ids: Collection[str]) -> Mapping[str, Subject]:
    rows = Flag.objects.visible_to(acting).filter(pk__in=ids).select_related("report").only("rule", "report__number")
    told = {str(row.pk): _of_flag(row, acting) for row in rows}
    return {pk: Subject(label[0].upper() + label[1:], url) for pk, (label, url) in told.items()}


def flags_found(acting: Any, text: str) -> Collection[str]:
    """By the rule's code."""
    code = text.strip().upper()
    if rule_of(code) is None:
        return []
    rows = Flag.objects.visible_to(acting).filter(rule=code).order_by("-pk")
    return [str(pk) for pk in rows.values_list("pk", flat=True)[:FOUND_MAX]]


def questions_named(acting: Any, ids: Collection[str]) -> Mapping[str, Subject]:
    rows = Question.objects.visible_to(acting).filter(pk__in=ids).select_related("flag__report")
    told = {str(row.pk): _of_flag(row.flag, acting) for row in rows.only("flag__rule", "flag__report__number")}
    return {pk: Subject(f"Вопрос: {label}", url) for pk, (label, url) in told.items()}


def messages_named(acting: Any, ids: Collection[str]) -> Mapping[str, Subject]:
    rows = Message.objects.visible_to(acting).filter(pk__in=ids).only("uid", "subject", "number", "number_on")
    return {
        str(row.pk): Subject(
            " ".join(filter(None, ("Сообщение", row.number_label, f"«{row.subject}»" if row.subject else "без темы"))),
            reverse("violations:sent_message", args=[row.uid]),
        )
        for row in rows
    }


def messages_found(acting: Any, text: str) -> Collection[str]:
    """By the number of the paper."""
    number = text.removeprefix("№").strip()
    if not number or not acting.holds(SEND):
        return []
    rows = Message.objects.visible_to(acting).filter(number=number)
    return [str(pk) for pk in rows.values_list("pk", flat=True)[:FOUND_MAX]]


def recipients_named(acting: Any, ids: Collection[str]) -> Mapping[str, Subject]:
    """A message as its recipient has it; for the inspectorate that sent it, the conversation with the recipient."""
    seen = Recipient.objects.visible_to(acting) | Recipient.objects.sent_by(acting)
    rows = seen.filter(pk__in=ids).select_related("message__sender").defer("message__text", "message__filters")
    return {str(row.pk): _recipient(row, acting) for row in rows}


def _recipient(row: Recipient, acting: Any) -> Subject:
    if row.organization_id == acting.organization.pk and acting.holds(VIEW_MESSAGES):
        return Subject(f"Сообщение: {row.message.sender.name}", reverse("violations:message", args=[row.uid]))
    return Subject(f"Переписка: {row.name}", reverse("violations:sent_thread", args=[row.message.uid, row.uid]))


def nothing_found(_acting: Any, _text: str) -> Collection[str]:
    """What is called by something else: by its flag, by its message."""
    return []


register_subjects("violations.flag", flags_named, flags_found)
register_subjects("violations.question", questions_named, nothing_found)
register_subjects("violations.message", messages_named, messages_found)
register_subjects("violations.recipient", recipients_named, nothing_found)
