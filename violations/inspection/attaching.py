"""What may be attached to an explanation: how many files, how large. Of which kinds: core.files.kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from core.files.kinds import kind_problem
from core.files.serving import safe_name
from core.templatetags.formats import filesize_ru

MIB = 1024 * 1024
FILES_MAX = 10
FILE_BYTES_MAX = 10 * MIB
ALL_BYTES_MAX = 30 * MIB
NAME_MAX = 255


def problems_of(files: Sequence[tuple[str, int, IO[bytes]]]) -> list[str]:
    """Why files (name, bytes, seekable stream) cannot be attached, one sentence each; empty where all of them can."""
    found = [problem for name, size, stream in files if (problem := _problem(name, size, stream))]
    if len(files) > FILES_MAX:
        found.append(f"Приложено файлов: {len(files)}, можно не больше {FILES_MAX}. Оставьте главные.")
    total = sum(size for _, size, _ in files)
    if total > ALL_BYTES_MAX:
        found.append(f"Вместе файлы занимают {filesize_ru(total)}, можно не больше {filesize_ru(ALL_BYTES_MAX)}.")
    return found


def _problem(raw_name: str, size: int, stream: IO[bytes]) -> str:
    name = safe_name(raw_name)
    if len(name) > NAME_MAX:
        return f"«{name[:40]}…»: имя файла длиннее {NAME_MAX} знаков. Переименуйте файл."
    if size == 0:
        return f"«{name}»: файл пустой."
    if size > FILE_BYTES_MAX:
        return f"«{name}»: {filesize_ru(size)}, один файл может занимать не больше {filesize_ru(FILE_BYTES_MAX)}."
    return kind_problem(name, stream)
