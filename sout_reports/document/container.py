"""The file that was brought: a bare XML document, or a ZIP archive (`.zip`, `.suot`) with one XML document in it.

Nothing is unpacked to disk. Sizes in an archive's headers are only hints for an early refusal: what counts is the bytes that
really come out, measured while they are read.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_END, SEEK_SET
from typing import IO, BinaryIO

from sout_reports.document.model import Problem, Refusal

MB = 1024 * 1024
MAX_PACKED = 300 * MB
MAX_UNPACKED = 1024 * MB
MAX_RATIO = 200
# One read of zipfile: the largest is the archive's table of contents, thousands of names in this room.
_LONGEST_READ = 1 * MB
_HEAD = 64

_SPACES = b" \t\r\n"
_BYTE_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_SIGNATURES = (".sig", ".sgn", ".p7s", ".p7m")
_ARCHIVES = (".zip", ".suot", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".arj", ".cab")
_NOISE = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)", re.DOTALL)
_TRICKS = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|[\x00-\x1f]")
_ENCRYPTED = 0x1 | 0x40
_FOREIGN = (
    (b"%PDF", "это документ PDF"),
    (b"7z\xbc\xaf\x27\x1c", "это архив 7-Zip"),
    (b"Rar!", "это архив RAR"),
    (b"\x1f\x8b", "это архив GZIP"),
    (b"\xd0\xcf\x11\xe0", "это документ старого формата Word или Excel"),
    (b"\x89PNG", "это изображение"),
    (b"\xff\xd8\xff", "это изображение"),
    (b"-----BEGIN", "это подпись или сертификат"),
    (b"\x30\x82", "это подпись или сертификат"),
    (b"\x30\x80", "это подпись или сертификат"),
)

PACK_ANEW = "Упакуйте файл отчёта заново в обычный архив ZIP без пароля или загрузите сам файл XML."
ONE_FILE = "Оставьте в архиве один файл отчёта XML и, если она есть, его отсоединённую подпись."
EXPORT_ANEW = "Выгрузите отчёт заново и загрузите файл XML, ZIP или SUOT."


class Stream:
    """The document inside, read from the start once. `document`: its name; `signature`: name of a detached signature beside
    it, None where there is none; `packed`: size of the file as brought, in bytes. Reading raises Refusal."""

    def __init__(
        self, inner: IO[bytes], limits: _Limits, *, document: str, packed: int, said: int, signature: str | None = None
    ) -> None:
        self._inner = inner
        self._limits = limits
        self._said = said  # how many bytes there should be
        self.document = document
        self.signature = signature
        self.packed = packed
        self.unpacked = 0  # bytes given out so far

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, one megabyte where it is not given; b"" at the end."""
        wanted = _LONGEST_READ if size < 0 else min(size, _LONGEST_READ)
        block = _unpacked(self._inner, wanted)
        self.unpacked += len(block)
        self._limits.check_unpacked(self.unpacked, self.packed)
        if not block and wanted and self.unpacked != self._said:
            raise _damaged()
        return block


class _Limits:
    def __init__(self, packed: int, unpacked: int, ratio: int) -> None:
        self.packed = packed
        self.unpacked = unpacked
        self.ratio = ratio

    def check_packed(self, size: int) -> None:
        if size == 0:
            raise _refusal("FILE-EMPTY", "Файл пуст.", found="0 байт", advice=EXPORT_ANEW)
        if size > self.packed:
            raise _refusal(
                "FILE-TOO-LARGE",
                "Файл слишком велик.",
                found=_megabytes(size),
                expected=f"не больше {_megabytes(self.packed)}",
                advice="Упакуйте отчёт в архив ZIP: он сжимается во много раз.",
            )

    def check_unpacked(self, size: int, packed: int) -> None:
        if size > self.unpacked:
            raise _refusal(
                "FILE-TOO-LARGE-UNPACKED",
                "Распакованный отчёт слишком велик.",
                found=f"больше {_megabytes(self.unpacked)}",
                expected=f"не больше {_megabytes(self.unpacked)}",
                advice="Проверьте, что в файле нет посторонних данных.",
            )
        if size > self.ratio * packed:
            raise _refusal(
                "FILE-ZIP-BOMB",
                "Архив сжат подозрительно сильно: так сжимаются не отчёты, а файлы, которые выводят систему из строя.",
                found=f"больше чем в {self.ratio} раз",
                expected=f"не больше чем в {self.ratio} раз",
                advice=PACK_ANEW,
            )


class _BoundedReads:
    """A file that zipfile can not be talked into reading whole: the length of its table of contents is in the hands of
    whoever made the archive. `failure`: what the storage failed with; zipfile takes that for a damaged archive."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failure: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            block = self._file.read(min(size, _LONGEST_READ + 1) if size >= 0 else _LONGEST_READ + 1)
        except OSError as problem:
            self.failure = problem
            raise
        if len(block) > _LONGEST_READ:
            raise _refusal(
                "FILE-ZIP-CROWDED",
                "В архиве слишком много файлов.",
                found="оглавление архива больше 1 МБ",
                expected="один файл отчёта",
                advice=ONE_FILE,
            )
        return block

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        if whence == SEEK_SET and offset < 0:
            raise zipfile.BadZipFile
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


@contextmanager
def open_report(
    file: BinaryIO,
    name: str,
    *,
    max_packed: int = MAX_PACKED,
    max_unpacked: int = MAX_UNPACKED,
    max_ratio: int = MAX_RATIO,
) -> Iterator[Stream]:
    """Open the document inside an uploaded file: `file` is seekable, `name` is what its owner called it (sizes in bytes).

    Raises Refusal with one problem of a FILE-… code, here or while the stream is read."""
    limits = _Limits(max_packed, max_unpacked, max_ratio)
    size = file.seek(0, SEEK_END)
    limits.check_packed(size)
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if not head.startswith(b"PK"):
        _refuse_foreign(head, name)
        # A bare document is its own packing: only its size is bounded, by both bounds.
        yield Stream(file, limits, document=name, packed=size, said=size)
        return
    with _archive(file) as archive:
        member, signature = _chosen(archive)
        limits.check_unpacked(member.file_size, min(size, max(member.compress_size, 1)))
        with _member(archive, member) as inner:
            packed = min(size, member.compress_size) or 1
            name = member.filename
            yield Stream(inner, limits, document=name, packed=packed, said=member.file_size, signature=signature)


@contextmanager
def _archive(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    reads = _BoundedReads(file)
    try:
        archive = zipfile.ZipFile(reads)
    except (zipfile.BadZipFile, NotImplementedError):
        if reads.failure is not None:
            raise reads.failure from None
        raise _broken() from None
    with archive:
        yield archive


def _unpacked(inner: IO[bytes], size: int) -> bytes:
    """Bytes of a member. Failures of the storage are not the archive's and pass as they are."""
    try:
        return inner.read(size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise _damaged() from None


def _damaged() -> Refusal:
    return _refusal(
        "FILE-ZIP-BROKEN",
        "Архив повреждён: файл отчёта распаковать не удалось или его размер не тот, что указан в архиве.",
        advice=PACK_ANEW,
    )


def _broken() -> Refusal:
    return _refusal(
        "FILE-ZIP-BROKEN",
        "Архив повреждён или обрезан: его оглавление не читается.",
        advice=PACK_ANEW,
    )


def _chosen(archive: zipfile.ZipFile) -> tuple[zipfile.ZipInfo, str | None]:
    """The one document of the archive, and the name of a signature beside it."""
    for each in archive.infolist():
        _refuse_tricks(each)
    files = [each for each in archive.infolist() if not each.is_dir() and not _NOISE.fullmatch(each.filename)]
    names = {each.filename.lower() for each in files}
    if "[content_types].xml" in names:
        raise _refusal("FILE-NOT-XML", "Это документ Word или Excel, а не отчёт.", advice=EXPORT_ANEW)
    _refuse_nested(files)
    signatures = [each for each in files if each.filename.lower().endswith(_SIGNATURES)]
    documents = [each for each in files if each.filename.lower().endswith(".xml")]
    others = [each for each in files if each not in signatures and each not in documents]
    if len(documents) != 1:
        raise _not_one_document(documents, files)
    if others:
        raise _refusal(
            "FILE-ZIP-EXTRA",
            "В архиве, кроме отчёта, лежат другие файлы: система их не принимает и не хочет потерять.",
            found=_listed(others),
            expected="файл отчёта и его подпись",
            advice=ONE_FILE,
        )
    return documents[0], signatures[0].filename if signatures else None


def _refuse_nested(files: list[zipfile.ZipInfo]) -> None:
    nested = [each for each in files if each.filename.lower().endswith(_ARCHIVES)]
    if nested:
        raise _refusal(
            "FILE-ZIP-NESTED",
            "В архиве лежит ещё один архив.",
            found=_listed(nested),
            expected="файл отчёта XML",
            advice=ONE_FILE,
        )


def _not_one_document(documents: list[zipfile.ZipInfo], files: list[zipfile.ZipInfo]) -> Refusal:
    if documents:
        return _refusal(
            "FILE-ZIP-SEVERAL",
            "В архиве несколько файлов XML: непонятно, который из них отчёт.",
            found=_listed(documents),
            expected="один файл XML",
            advice=ONE_FILE,
        )
    return _refusal(
        "FILE-ZIP-NO-XML",
        "В архиве нет файла отчёта XML.",
        found=_listed(files) or "архив пуст",
        expected="один файл XML",
        advice=ONE_FILE,
    )


def _refuse_tricks(member: zipfile.ZipInfo) -> None:
    if _TRICKS.search(member.orig_filename):
        raise _refusal(
            "FILE-ZIP-PATH",
            "Имя файла в архиве указывает за пределы архива или содержит недопустимые знаки.",
            found=f"«{_printable(member.orig_filename)}»",
            expected="простое имя файла, например report.xml",
            advice=PACK_ANEW,
        )


@contextmanager
def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    if member.flag_bits & _ENCRYPTED:
        raise _refusal(
            "FILE-ZIP-ENCRYPTED",
            "Архив закрыт паролем.",
            found=f"«{_printable(member.filename)}» зашифрован",
            expected="архив без пароля",
            advice=PACK_ANEW,
        )
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refusal(
            "FILE-ZIP-METHOD",
            "Архив сжат способом, который система не поддерживает.",
            found=f"способ сжатия № {member.compress_type}",
            expected="обычное сжатие ZIP (Deflate) или без сжатия",
            advice=PACK_ANEW,
        )
    try:
        inner = archive.open(member)
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        raise _broken() from None
    with inner:
        head = _unpacked(inner, _HEAD)
        if head.startswith(b"PK\x03\x04"):
            raise _refusal("FILE-ZIP-NESTED", "Под именем файла XML в архиве лежит ещё один архив.", advice=ONE_FILE)
        _refuse_foreign(head, member.filename)
        inner.seek(0)
        yield inner


def _refuse_foreign(head: bytes, name: str) -> None:
    """Refuse what plainly is no XML; the parser has the last word on what looks like it."""
    start = head
    for mark in _BYTE_MARKS:
        start = start.removeprefix(mark)
    if start.replace(b"\0", b"").lstrip(_SPACES).startswith(b"<") or not start.strip(_SPACES):
        return
    foreign = next((words for mark, words in _FOREIGN if head.startswith(mark)), "содержимое не похоже на XML")
    raise _refusal(
        "FILE-NOT-XML",
        "Это не отчёт: файл не является документом XML и не является архивом ZIP.",
        found=f"«{_printable(name)}»: {foreign}",
        expected="файл XML, ZIP или SUOT",
        advice="Проверьте, что выбран нужный файл.",
    )


def _refusal(code: str, message: str, *, found: str = "", expected: str = "", advice: str = "") -> Refusal:
    return Refusal([Problem(code=code, message=message, found=found, expected=expected, advice=advice)], 1)


def _listed(members: list[zipfile.ZipInfo]) -> str:
    shown = ", ".join(f"«{_printable(each.filename)}»" for each in members[:5])
    return shown + (f" и ещё {len(members) - 5}" if len(members) > 5 else "")


def _printable(name: str) -> str:
    """A file's name as it may be shown: no control signs, not long."""
    plain = "".join(sign if sign.isprintable() else "�" for sign in name)
    return plain if len(plain) <= 80 else plain[:80] + "…"


def _megabytes(size: int) -> str:
    return f"{size / MB:.0f} МБ" if size >= MB else f"{size} байт"
