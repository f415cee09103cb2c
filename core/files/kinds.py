"""Which files people may attach: one closed list for the whole cabinet. Nothing of them is ever run or unpacked.

A kind is told by the name's ending and proved by the first bytes: a program that is called a picture is refused. No archives: what
lies in them would be looked at by nobody.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import IO

HEAD = 4096

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(beginnings)


def _is_text(head: bytes) -> bool:
    """Text in UTF-8 (the last letter may be cut) or in the code of Windows: no zero byte, no control letters, no script."""
    if head.removeprefix(codecs.BOM_UTF8).startswith(b"#!") or any(
        byte < 32 and byte not in (9, 10, 12, 13) for byte in head
    ):
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


def kind_problem(name: str, stream: IO[bytes]) -> str:
    """Why a file called `name` (already safe to show) cannot be attached, in one Russian sentence with what to do; "" when it can.
    `stream` is seekable, and stands at its beginning afterwards."""
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
