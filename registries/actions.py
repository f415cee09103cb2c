"""«Загрузить реестр»: the file is kept, a job reads it, and its fate stands on a row."""

from __future__ import annotations

import json
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from core.files import open_file, store
from core.jobs import Run, enqueue, job
from core.journal import record
from core.moves import WrongState, move
from registries.importing import BadRegister, import_registers
from registries.models import RegisterImport
from registries.reading import Problem
from registries.states import MOVES

JOB = "registers.import"
PURPOSE = "register_file"
GAVE_UP = (
    "Загрузка не удалась по вине системы, ни одна запись не изменена. Загрузите файл ещё раз; если не поможет,"
    " обратитесь в поддержку."
)


def receive_register(stream: IO[bytes], *, name: str, actor: Any) -> RegisterImport:
    """Keep a register file and let a worker read it; the row tells what became of it."""
    stored = store(stream, name=name, actor=actor, purpose=PURPOSE)
    with transaction.atomic():
        received = RegisterImport.objects.create(file=stored, organization=actor.organization, uploaded_by=actor.user)
        record("registers.received", received, actor=actor, sha256=stored.sha256, size=stored.size)
        enqueue(JOB, received, actor=actor)
    return received


def _gave_up(stranded: Any) -> None:
    received = RegisterImport.objects.filter(pk=stranded.subject_id).first()
    if received is not None:
        _refuse(received, [{"where": "файл", "message": GAVE_UP}], 1)


@job(JOB, on_failure=_gave_up)
def read_register(run: Run) -> None:
    """Safe to be killed at any moment and delivered twice: everything is written in the closing transaction."""
    received = run.subject()
    assert isinstance(received, RegisterImport)  # the kind of job fixes its subject
    try:
        content = _parsed(received)
        run.finish(lambda: _write(received, content))
    except BadRegister as bad:
        problems = [{"where": each.where, "message": each.message} for each in bad.problems]
        total = bad.total
        run.finish(lambda: _refuse(received, problems, total))


def _parsed(received: RegisterImport) -> Any:
    """Raises BadRegister."""
    with open_file(received.file) as stream:
        raw = stream.read()
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        message = "это не текст в кодировке UTF-8."
    except json.JSONDecodeError as bad:
        message = f"это не JSON: ошибка в строке {bad.lineno}, знак {bad.colno}."
    except RecursionError:
        message = "слишком много вложенных скобок."
    except ValueError:
        message = "в файле число, которое слишком длинно."
    raise BadRegister([Problem("", 0, "", message)])


def _write(received: RegisterImport, content: Any) -> dict[str, Any]:
    who: dict[str, Any] = {"actor": received.uploaded_by, "organization": received.organization}
    imported = import_registers(content, subject=received, **who)
    move(
        received,
        "finish",
        moves=MOVES,
        event="registers.loaded",
        changes={"finished_at": timezone.now(), "counts": imported.counts},
        payload=imported.counts,
        **who,
    )
    return {"counts": imported.counts}


def _refuse(received: RegisterImport, problems: list[dict[str, str]], total: int) -> dict[str, Any]:
    changes = {"finished_at": timezone.now(), "problems": problems, "problems_total": total}
    try:
        move(
            received,
            "refuse",
            moves=MOVES,
            event="registers.refused",
            changes=changes,
            payload={"problems": total},
            actor=received.uploaded_by,
            organization=received.organization,
        )
    except WrongState:
        return {}
    return {"problems": total}
