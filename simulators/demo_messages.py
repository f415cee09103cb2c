"""The demo's messages: the inspectorate has written to the plant twice; one was read and answered, one waits with its day.

Everything goes through the same actions as in the cabinet. A message that is there is not written again.
"""

from __future__ import annotations

import io
import uuid

from django.utils import timezone

from accounts.acting import Acting
from core.calendar import add_workdays
from core.jobs.models import Job
from core.jobs.tasks import run_job
from violations.messages.actions import TypedMessage, answer, choose, new_draft, save_draft, send
from violations.messages.attachments import Upload
from violations.messages.models import Message, Recipient
from violations.messages.states import DELIVERED, ThreadState

ANSWERED, WAITING = "66/7-1201-26-ОБ", "66/7-1288-26-И"

REQUEST = (
    "Инспекция ведёт сверку сведений о проведении специальной оценки условий труда за текущий год.\n\n"
    "Сообщите, какие меры приняты по итогам оценки для рабочих мест с вредными условиями труда: "
    "гарантии и компенсации, средства защиты, медицинские осмотры.\n\n"
    "Если план мероприятий утверждён, приложите его."
)
ANSWER = (
    "Меры приняты: работникам установлена доплата, средства защиты выданы по нормам, медицинский осмотр пройден.\n\n"
    "План мероприятий приложен."
)
DEMAND = (
    "В отчётах вашей организации найдены признаки нарушений, в том числе «Найдено не уникальное рабочее место».\n\n"
    "Рассмотрите их на заседании комиссии, погасите протоколом решения комиссии СОУТ или объясните, почему признак "
    "найден ошибочно.\n\n"
    "О принятом решении сообщите ответом на это письмо."
)
PLAN = "План мероприятий по улучшению условий труда.txt"


def tell_messages(inspector: Acting, plant: Acting) -> list[Message]:
    """Both messages as they stand now."""
    day = timezone.localdate()
    first = _sent(
        inspector,
        plant,
        TypedMessage(
            subject="Меры по итогам специальной оценки условий труда",
            text=REQUEST,
            number=ANSWERED,
            number_on=day,
        ),
        files=[_file("Форма сведений.txt", "Рабочее место; класс; принятые меры\r\n")],
    )
    _answered(first, plant)
    second = _sent(
        inspector,
        plant,
        TypedMessage(
            subject="Признаки нарушений в отчётах СОУТ: рассмотреть и ответить",
            text=DEMAND,
            number=WAITING,
            number_on=day,
            answer_by=add_workdays(day, 10),
        ),
    )
    return [first, second]


def _file(name: str, text: str) -> Upload:
    content = text.encode()
    return Upload(io.BytesIO(content), name, len(content))


def _sent(inspector: Acting, plant: Acting, typed: TypedMessage, files: list[Upload] | None = None) -> Message:
    mine = Message.objects.filter(sender=inspector.organization, number=typed.number)
    known = mine.filter(state__in=DELIVERED).first()
    if known is not None:
        return known
    draft = new_draft(acting=inspector)
    draft = save_draft(draft, typed, version=draft.version, acting=inspector, files=files or [])
    choose(draft, acting=inspector, organizations=[plant.organization.pk])
    draft.refresh_from_db()
    message = send(draft, version=draft.version, acting=inspector)
    for job in Job.objects.of(message).unfinished():
        run_job(str(job.pk))
    message.refresh_from_db()
    return message


def _answered(message: Message, plant: Acting) -> None:
    recipient = Recipient.objects.select_related("message__sender").get(message=message)
    if recipient.state == ThreadState.SILENT:
        plan = _file(PLAN, "1. Заменить вентиляцию в ремонтном цехе.\r\n2. Выдать средства защиты слуха.\r\n")
        once = uuid.uuid5(uuid.NAMESPACE_OID, f"demo answer {recipient.uid}")
        answer(recipient, text=ANSWER, once=once, acting=plant, files=[plan])
