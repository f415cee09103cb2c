"""What may be attached: by name, by first bytes, by number and size."""

from __future__ import annotations

from io import BytesIO

import pytest

from core.files.kinds import KINDS
from violations.inspection.attaching import FILE_BYTES_MAX, FILES_MAX, problems_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
GOOD = {
    "скан.pdf": b"%PDF-1.7\n",
    "фото.JPG": b"\xff\xd8\xff\xe0",
    "фото.jpeg": b"\xff\xd8\xff\xe0",
    "снимок.png": PNG,
    "приказ.docx": b"PK\x03\x04",
    "таблица.xlsx": b"PK\x03\x04",
    "письмо.odt": b"PK\x03\x04",
    "таблица.ods": b"PK\x03\x04",
    "старое.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "старое.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "письмо.rtf": b"{\\rtf1",
    "записка.txt": "Пояснение".encode(),
    "записка windows.txt": "Пояснение".encode("cp1251"),
    "подпись.sig": b"\x30\x82",
}


def file(name: str, content: bytes) -> tuple[str, int, BytesIO]:
    return name, len(content), BytesIO(content)


def test_every_kind_is_taken():
    assert {name.rpartition(".")[2].lower() for name in GOOD} == set(KINDS)
    for name, content in GOOD.items():
        assert problems_of([file(name, content)]) == [], name


def test_a_letter_cut_at_the_end_of_the_head_is_text():
    assert problems_of([file("длинная.txt", b"a" + "я".encode() * 5000)]) == []


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("программа.exe", b"MZ\x90", "такие файлы не принимаются"),
        ("страница.html", b"<script>alert(1)</script>", "такие файлы не принимаются"),
        ("картинка.svg", b"<svg onload='alert(1)'/>", "такие файлы не принимаются"),
        ("макрос.docm", b"PK\x03\x04", "такие файлы не принимаются"),
        ("без расширения", b"%PDF-", "такие файлы не принимаются"),
        ("pdf", b"%PDF-", "такие файлы не принимаются"),
        ("скан.pdf.exe", b"%PDF-", "такие файлы не принимаются"),
        ("скан.pdf", b"MZ\x90", "содержимое не соответствует расширению .pdf"),
        ("фото.png", b"GIF89a", "содержимое не соответствует расширению .png"),
        ("записка.txt", b"MZ\x90\x00\x03", "содержимое не соответствует расширению .txt"),
        ("записка.txt", b"#!/bin/sh", "содержимое не соответствует расширению .txt"),
        ("архив.zip", b"PK\x03\x04", "такие файлы не принимаются"),
        ("пустой.pdf", b"", "файл пустой"),
        ("д" * 300 + ".pdf", b"%PDF-", "имя файла длиннее 255 знаков"),
    ],
)
def test_refused_with_the_reason(name: str, content: bytes, why: str):
    (problem,) = problems_of([file(name, content)])
    assert why in problem


def test_a_path_in_the_name_is_no_path():
    (problem,) = problems_of([file("../../etc/passwd", b"root")])
    assert problem.startswith("«passwd»")


def test_too_large_too_many_too_much():
    (one,) = problems_of([("скан.pdf", FILE_BYTES_MAX + 1, BytesIO(b"%PDF-"))])
    assert "один файл может занимать не больше 10" in one
    (many,) = problems_of([file("скан.pdf", b"%PDF-") for _ in range(FILES_MAX + 1)])
    assert "Приложено файлов: 11, можно не больше 10" in many
    (much,) = problems_of([("скан.pdf", FILE_BYTES_MAX, BytesIO(b"%PDF-")) for _ in range(4)])
    assert "Вместе файлы занимают 40" in much
