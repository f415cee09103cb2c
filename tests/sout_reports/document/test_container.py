"""What may come in a file: XML, ZIP, SUOT; everything else is refused with a sentence that says what to do."""

import io
import re
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest

from sout_reports.document.container import MAX_PACKED, MAX_RATIO, MAX_UNPACKED, open_report
from sout_reports.document.model import Problem, Refusal

XML = "<Attestation>Ж</Attestation>".encode()
MB = 1024 * 1024


def packed(*members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of the members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def patched(archive: bytes, *, local: dict[int, bytes], central: dict[int, bytes]) -> bytes:
    """An archive of one member with bytes of its two headers overwritten, by their offsets."""
    data = bytearray(archive)
    for start, changes in ((data.index(b"PK\x03\x04"), local), (data.index(b"PK\x01\x02"), central)):
        for offset, value in changes.items():
            data[start + offset : start + offset + len(value)] = value
    return bytes(data)


def content(file: bytes, name: str = "report.xml", **limits: int) -> bytes:
    with open_report(io.BytesIO(file), name, **limits) as stream:
        return b"".join(iter(lambda: stream.read(1000), b""))


def problem_of(file: bytes, name: str = "report.zip", **limits: int) -> Problem:
    with pytest.raises(Refusal) as refused:
        content(file, name, **limits)
    [problem] = refused.value.problems
    assert refused.value.total == 1
    return problem


GOOD = {
    "xml": XML,
    "xml with a byte-order mark": b"\xef\xbb\xbf" + XML,
    "xml in UTF-16": XML.decode().encode("utf-16"),
    "zip": packed(("report.xml", XML)),
    "stored": packed(("report.xml", XML), compression=zipfile.ZIP_STORED),
    "in a folder": packed(("отчёт/Отчёт.XML", XML)),
    "with a signature": packed(("report.xml", XML), ("report.xml.sig", b"\x30\x80")),
    "from a Mac": packed(("report.xml", XML), ("__MACOSX/._report.xml", b"x"), (".DS_Store", b"x"), ("folder/", b"")),
    "with a comment at its end": packed(("report.xml", XML))[:-2] + b"\x05\x00hello",
}


@pytest.mark.parametrize("name", GOOD)
def test_good(name: str) -> None:
    expected = GOOD[name] if name.startswith("xml") else XML
    assert content(GOOD[name]) == expected


def test_what_is_told_of_a_stream() -> None:
    file = packed(("report.xml", XML), ("report.xml.sig", b"\x30\x80"))
    with open_report(io.BytesIO(file), "отчёт.suot") as stream:
        assert (stream.document, stream.signature) == ("report.xml", "report.xml.sig")
        assert stream.read(5) == XML[:5]
        assert stream.unpacked == 5
    with open_report(io.BytesIO(XML), "отчёт.xml") as stream:
        assert (stream.document, stream.signature, stream.packed) == ("отчёт.xml", None, len(XML))


def test_it_can_be_read_again_from_the_start() -> None:
    file = io.BytesIO(packed(("report.xml", XML)))
    for _ in range(2):
        with open_report(file, "r.zip") as stream:
            assert stream.read() == XML


CRC = struct.pack("<I", zlib.crc32(XML))
ONE = packed(("report.xml", XML), compression=zipfile.ZIP_STORED)
BOMB = packed(("report.xml", b"<" + b" " * (3 * MB)))
LYING_SIZE = struct.pack("<I", 10)

BAD = {
    "empty": (b"", "FILE-EMPTY"),
    "text": (b"hello", "FILE-NOT-XML"),
    "pdf": (b"%PDF-1.7 <", "FILE-NOT-XML"),
    "rar": (b"Rar!\x1a\x07\x00", "FILE-NOT-XML"),
    "7z": (b"7z\xbc\xaf\x27\x1c", "FILE-NOT-XML"),
    "gzip": (b"\x1f\x8b\x08", "FILE-NOT-XML"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1", "FILE-NOT-XML"),
    "signature": (b"\x30\x82\x10\x00", "FILE-NOT-XML"),
    "Excel": (packed(("[Content_Types].xml", b"<"), ("xl/workbook.xml", b"<")), "FILE-NOT-XML"),
    "empty archive": (packed(), "FILE-ZIP-NO-XML"),
    "no XML": (packed(("readme.txt", b"x")), "FILE-ZIP-NO-XML"),
    "several": (packed(("a.xml", XML), ("b.xml", XML)), "FILE-ZIP-SEVERAL"),
    "the same name twice": (b"", "FILE-ZIP-SEVERAL"),
    "something else beside": (packed(("a.xml", XML), ("b.docx", b"x")), "FILE-ZIP-EXTRA"),
    "archive inside": (packed(("a.zip", packed(("report.xml", XML)))), "FILE-ZIP-NESTED"),
    "archive inside, named XML": (packed(("a.xml", packed(("report.xml", XML)))), "FILE-ZIP-NESTED"),
    "text inside": (packed(("a.xml", b"hello")), "FILE-NOT-XML"),
    "bomb": (BOMB, "FILE-ZIP-BOMB"),
    "bomb that hides its size": (
        patched(BOMB, local={22: LYING_SIZE}, central={24: LYING_SIZE}), "FILE-ZIP-BROKEN",
    ),
    "size that is larger than said": (patched(ONE, local={22: b"\5"}, central={24: b"\5"}), "FILE-ZIP-BROKEN"),
    "size that is smaller than said": (patched(ONE, local={22: b"\xff"}, central={24: b"\xff"}), "FILE-ZIP-BROKEN"),
    "wrong check sum": (patched(ONE, local={14: b"\0\0\0\0"}, central={16: b"\0\0\0\0"}), "FILE-ZIP-BROKEN"),
    "two names": (patched(ONE, local={30: b"x"}, central={}), "FILE-ZIP-BROKEN"),
    "offset beyond the file": (patched(ONE, local={}, central={42: b"\xff\xff\xff\x7f"}), "FILE-ZIP-BROKEN"),
    "truncated": (packed(("report.xml", XML * 1000))[:-30], "FILE-ZIP-BROKEN"),
    "only a beginning": (b"PK\x03\x04", "FILE-ZIP-BROKEN"),
    "damaged data": (patched(packed(("report.xml", XML * 99)), local={45: b"\xff\xff\xff\xff"}, central={}), "FILE-ZIP-BROKEN"),
    "encrypted": (patched(ONE, local={6: b"\1"}, central={8: b"\1"}), "FILE-ZIP-ENCRYPTED"),
    "strongly encrypted": (patched(ONE, local={6: b"\x41"}, central={8: b"\x41"}), "FILE-ZIP-ENCRYPTED"),
    "bzip2": (packed(("report.xml", XML), compression=zipfile.ZIP_BZIP2), "FILE-ZIP-METHOD"),
    "lzma": (packed(("report.xml", XML), compression=zipfile.ZIP_LZMA), "FILE-ZIP-METHOD"),
    "way up": (packed(("../../etc/report.xml", XML)), "FILE-ZIP-PATH"),
    "way up, Windows": (packed(("..\\report.xml", XML)), "FILE-ZIP-PATH"),
    "root": (packed(("/report.xml", XML)), "FILE-ZIP-PATH"),
    "drive": (packed(("C:\\report.xml", XML)), "FILE-ZIP-PATH"),
    "control sign": (packed(("re\nport.xml", XML)), "FILE-ZIP-PATH"),
    "way up beside": (packed(("report.xml", XML), ("../x/", b"")), "FILE-ZIP-PATH"),
    "crowded": (packed(*((f"{i:0200}.sig", b"") for i in range(6000)), ("report.xml", XML)), "FILE-ZIP-CROWDED"),
}  # fmt: skip


def _twice() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("report.xml", XML)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("report.xml", XML)
    return stream.getvalue()


@pytest.mark.parametrize("name", BAD)
def test_bad(name: str) -> None:
    file, code = BAD[name]
    problem = problem_of(_twice() if name == "the same name twice" else file)
    assert problem.code == code
    assert re.fullmatch(r"[А-ЯЁ][^A-Za-z]*(?:(?:XML|ZIP|Word|Excel)[^A-Za-z]*)*\.", problem.message), problem
    assert problem.advice.endswith(".")


LONG = XML[:-14] + b"".join(b"<a>%d</a>" % (i * 7919 % 10007) for i in range(3000)) + XML[-14:]
SIZES: dict[str, tuple[Callable[[], bytes], dict[str, int], str]] = {
    "packed": (lambda: LONG, {"max_packed": 100}, "FILE-TOO-LARGE"),
    "unpacked": (lambda: packed(("a.xml", LONG)), {"max_unpacked": 1000}, "FILE-TOO-LARGE-UNPACKED"),
    "bare": (lambda: LONG, {"max_unpacked": 1000}, "FILE-TOO-LARGE-UNPACKED"),
    "ratio": (lambda: packed(("a.xml", LONG)), {"max_ratio": 2}, "FILE-ZIP-BOMB"),
}


@pytest.mark.parametrize("name", SIZES)
def test_sizes(name: str) -> None:
    make, limits, code = SIZES[name]
    assert problem_of(make(), **limits).code == code
    assert content(make())


def test_limits_of_the_product() -> None:
    assert (MAX_PACKED, MAX_UNPACKED, MAX_RATIO) == (300 * MB, 1024 * MB, 200)


def test_a_false_packed_size_alone_changes_nothing() -> None:
    assert content(patched(ONE, local={}, central={20: b"\xff\xff\xff\x7f"})) == XML


def test_padding_does_not_hide_a_bomb() -> None:
    """The ratio is that of the document, not of the archive with a large signature beside it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("report.xml.sig", bytes(range(256)) * 4000, zipfile.ZIP_STORED)
        archive.writestr("report.xml", b"<" + b" " * (5 * MB), zipfile.ZIP_DEFLATED)
    assert problem_of(stream.getvalue()).code == "FILE-ZIP-BOMB"


def test_a_bomb_with_a_false_packed_size_is_measured_while_it_is_read() -> None:
    """Headers say that a large part of the archive is the document: then what comes out is compared with the archive."""
    bomb = packed(("report.xml", b"<" + b" " * (5 * MB)))
    false = struct.pack("<I", 5 * MB // 150)
    file = patched(bomb, local={18: false}, central={20: false})
    assert problem_of(file).code == "FILE-ZIP-BOMB"


def test_memory_of_a_bomb() -> None:
    bomb = packed(("report.xml", b"<" + b" " * (60 * MB)))
    tracemalloc.start()
    with pytest.raises(Refusal):
        content(bomb, max_ratio=10_000, max_unpacked=50 * MB)
    with open_report(io.BytesIO(bomb), "r.zip", max_ratio=10_000) as stream:
        while stream.read(65536):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MB


def test_failing_storage_is_not_a_broken_archive() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 4 and size not in (64, None):
                raise OSError("the disk is gone")
            return super().read(size)

    with pytest.raises(OSError, match="disk"):
        problem_of_stream(Failing(packed(("report.xml", XML))))


def problem_of_stream(stream: io.BytesIO) -> None:
    with open_report(stream, "r.zip") as document:
        document.read()
