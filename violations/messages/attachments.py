"""Which files may be attached: how many, how large, and none that a double click would run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from core.files.serving import safe_name

MIB = 1024 * 1024
MOST_FILES = 10
LARGEST_BYTES = 20 * MIB
ALL_BYTES = MOST_FILES * LARGEST_BYTES
LONGEST_NAME = 200
HEAD_BYTES = 64

# Programs, scripts, installers, shortcuts, pages that run scripts, office files with macros [own list].
_ENDINGS = """
    exe com scr pif cpl msi msix msp mst bat cmd ps1 psm1 psd1 vbs vbe js jse mjs wsf wsh sct hta jar class lnk url scf reg inf
    dll ocx sys drv apk app appx dmg pkg deb rpm run bin elf sh bash csh ksh command py pyc pyw pl php rb chm hlp gadget
    html htm xhtml shtml mht mhtml svg svgz xsl xslt swf docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm iso img vhd vhdx
    application settingcontent-ms website desktop workflow action
"""
EXECUTABLE_ENDINGS = frozenset(_ENDINGS.split())
# First bytes of what runs, whatever its name says.
EXECUTABLE_HEADS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"dex\n",
)
WHAT_TO_DO = "Пришлите документ в PDF, DOCX, XLSX, изображение или архив ZIP с такими документами."


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
        return f"Файл «{name}» больше {LARGEST_BYTES // MIB} МБ. Разделите его или сожмите в ZIP."
    if _ending(name) in EXECUTABLE_ENDINGS or _runs(upload.stream):
        return f"Файл «{name}» не принят: это программа или файл, который исполняется при открытии. {WHAT_TO_DO}"
    return ""


def too_many(count: int) -> str:
    """Why that many files in one message are refused."""
    return f"К одному сообщению можно приложить не более {MOST_FILES} файлов, выбрано {count}."


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def _runs(stream: IO[bytes]) -> bool:
    stream.seek(0)
    head = stream.read(HEAD_BYTES).lstrip(b"\xef\xbb\xbf")
    stream.seek(0)
    return head.startswith(EXECUTABLE_HEADS)
