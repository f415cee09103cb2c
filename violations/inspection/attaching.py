"""What may be attached to an explanation: how many files, how large, of which kinds. Nothing of them is ever run or unpacked.

A kind is told by the name's ending and proved by the first bytes: a program that is called a picture is refused.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from typing import IO

from core.files.serving import safe_name
from core.templatetags.formats import filesize_ru

MIB = 1024 * 1024
FILES_MAX = 10
FILE_BYTES_MAX = 10 * MIB
ALL_BYTES_MAX = 30 * MIB
NAME_MAX = 255
HEAD = 4096

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(beginnings)


def _is_text(head: bytes) -> bool:
    """Text in UTF-8 (the last letter may be cut) or in the one-byte code of Windows: no zero byte, no control letters."""
    if any(byte < 32 and byte not in (9, 10, 12, 13) for byte in head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        try:
            head.decode("cp1251")
        except UnicodeDecodeError:
            return False
    return True


def _is_signature(head: bytes) -> bool:
    return head.startswith((b"\x30", b"-----BEGIN")) or head.strip().isalnum() or _is_text(head)


KINDS: dict[str, Callable[[bytes], bool]] = {
    "pdf": _starts(b"%PDF-"),
    "jpg": _starts(b"\xff\xd8\xff"),
    "jpeg": _starts(b"\xff\xd8\xff"),
    "png": _starts(b"\x89PNG\r\n\x1a\n"),
    "docx": _starts(ZIP),
    "xlsx": _starts(ZIP),
    "odt": _starts(ZIP),
    "ods": _starts(ZIP),
    "doc": _starts(OLE),
    "xls": _starts(OLE),
    "rtf": _starts(b"{\\rtf"),
    "txt": _is_text,
    "sig": _is_signature,
}
ACCEPT = ",".join(f".{kind}" for kind in KINDS)
KINDS_SAID = "PDF, JPG, PNG, DOCX, XLSX, ODT, ODS, DOC, XLS, RTF, TXT, SIG"


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
    _, dot, ending = name.rpartition(".")
    proves = KINDS.get(ending.lower()) if dot else None
    if proves is None:
        return f"«{name}»: такие файлы не принимаются. Можно приложить: {KINDS_SAID}."
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(0)
    if not proves(head):
        return f"«{name}»: содержимое не соответствует расширению .{ending.lower()}. Сохраните документ заново."
    return ""
