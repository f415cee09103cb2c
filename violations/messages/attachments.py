"""Which files may be attached to a message: how many, how large. Of which kinds: core.files.kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from core.files.kinds import kind_problem
from core.files.serving import safe_name

MIB = 1024 * 1024
MOST_FILES = 10
LARGEST_BYTES = 20 * MIB
ALL_BYTES = MOST_FILES * LARGEST_BYTES
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """One file to attach: a seekable stream, and its name as its owner calls it."""

    stream: IO[bytes]
    name: str
    size: int


def trouble(upload: Upload) -> str:
    """Why the file cannot be attached and what to do, in Russian; "" when it can."""
    name = safe_name(upload.name)
    if len(name) > LONGEST_NAME:
        return f"Имя файла «{name[:40]}…» длиннее {LONGEST_NAME} знаков. Переименуйте файл и приложите его снова."
    if upload.size == 0:
        return f"Файл «{name}» пустой: в нём нет ни одного байта."
    if upload.size > LARGEST_BYTES:
        return f"Файл «{name}» больше {LARGEST_BYTES // MIB} МБ. Разделите его на части."
    return kind_problem(name, upload.stream)


def too_many(count: int) -> str:
    """Why that many files in one message are refused."""
    return f"К одному сообщению можно приложить не более {MOST_FILES} файлов, выбрано {count}."
