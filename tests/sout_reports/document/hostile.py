"""Hostile documents, made on the fly, and a process that reads them and tells what became of each.

python -m tests.sout_reports.document.hostile [--quick] [NAME…] prints a JSON line for each: what its owner is told, seconds,
and the peak memory so far in MB.
"""

from __future__ import annotations

import dataclasses
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from core.xml import defects, limits
from sout_reports.document.model import Refusal
from sout_reports.document.reader import read_report

GB = 1024**3
MB = 1024**2
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<Attestation>\n'
Chunks = Iterator[bytes]


class Generated:
    """A readable stream over chunks that are made when they are asked for."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (more := next(self._chunks, b"")):
            self._rest += more
        block, self._rest = self._rest[:size], self._rest[size:]
        return block


def repeated(piece: bytes, total: int) -> Chunks:
    """`piece` again and again, `total` bytes of it, in chunks of about 64 KB."""
    block = piece * max(1, 65536 // len(piece))
    for _ in range(total // len(block) + 1):
        yield block


def numbered(piece: bytes, total: int) -> Chunks:
    """A piece with %d in it, numbered, `total` bytes of it."""
    written = number = 0
    while written < total:
        block = b"".join(piece.replace(b"%d", b"%d" % (number + i)) for i in range(2000))
        number += 2000
        written += len(block)
        yield block


def document(*parts: bytes | Chunks) -> Chunks:
    """Parts put together."""
    for part in parts:
        if isinstance(part, bytes):
            yield part
        else:
            yield from part


def _doctype(inner: bytes, body: bytes) -> Chunks:
    return document(
        b'<?xml version="1.0"?>\n<!DOCTYPE Attestation [' + inner + b"]>\n<Attestation>" + body + b"</Attestation>"
    )


LAUGHS = b'<!ENTITY a0 "ha">' + b"".join(b'<!ENTITY a%d "&a%d;&a%d;">' % (i, i - 1, i - 1) for i in range(1, 60))
SPACES = b" " * 60000

HOSTILE: dict[str, Callable[[], Chunks]] = {
    "external-entity": lambda: _doctype(b'<!ENTITY x SYSTEM "file:///etc/passwd">', b"<SoutId>&x;</SoutId>"),
    "external-dtd": lambda: document(b'<!DOCTYPE Attestation SYSTEM "http://127.0.0.1:9/x.dtd"><Attestation/>'),
    "entity-bomb": lambda: _doctype(LAUGHS, b"<SoutId>&a59;</SoutId>"),
    "parameter-entity": lambda: _doctype(b'<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;', b""),
    "default-attribute": lambda: _doctype(b'<!ATTLIST Attestation Name CDATA "x">', b""),
    "doctype-after-comment": lambda: document(b"<!-- <a> --><?x <!DOCTYPE ?>\n<!DOCTYPE a><Attestation/>"),
    "doctype-utf-16": lambda: document('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><Attestation/>'.encode("utf-16")),
    "undeclared-entity": lambda: document(HEAD, b"<SoutId>&x;</SoutId></Attestation>"),
    "late-doctype": lambda: document(HEAD, b'<!DOCTYPE a [<!ENTITY x "y">]></Attestation>'),
    "attributes-500000": lambda: document(b"<Attestation ", numbered(b' a%d="1"', 5 * MB), b"/>"),
    "attributes-500000-in-a-record": lambda: document(HEAD, b"<FileInfo ", numbered(b' a%d="1"', 5 * MB), b"/>"),
    "attributes-below-the-bound": lambda: document(
        HEAD, *(document(b"<FileInfo ", numbered(b' a%d="1"', 200_000), b"/>") for _ in range(400))
    ),
    "depth-100000": lambda: document(HEAD, repeated(b"<a>", 300_000)),
    "depth-of-records": lambda: document(HEAD, b"<Enterprise>", repeated(b"<WorkPlaceAttested>", 1_900_000)),
    "one-gigabyte-of-unknown": lambda: document(HEAD, repeated(b"<a/>", GB)),
    "one-gigabyte-of-known": lambda: document(HEAD, b"<Enterprise>", repeated(b"<Phone/>", GB)),
    "one-gigabyte-of-misplaced": lambda: document(
        HEAD, b"<Enterprise>", repeated(b"<WorkPlaceDeclared/><WorkPlaceAttested/>", GB)
    ),
    "one-gigabyte-in-a-record": lambda: document(HEAD, b"<Enterprise><WorkPlaceDeclared>", repeated(b"<Snils>0</Snils>", GB)),
    "many-siblings-in-a-record": lambda: document(
        HEAD, b"<Enterprise>", *(document(b"<WorkPlaceDeclared>", repeated(b"<Snils/>", 900_000), b"</WorkPlaceDeclared>")
                                 for _ in range(100)), b"</Enterprise></Attestation>"
    ),
    "unknown-names": lambda: document(HEAD, b"<Enterprise>", numbered(b"<WorkPlaceDeclared><a%d/></WorkPlaceDeclared>", GB)),
    "unknown-names-inside": lambda: document(
        HEAD, b"<Enterprise>",
        *(document(b"<WorkPlaceDeclared><x>", numbered(b"<a%d/>", 900_000), b"</x></WorkPlaceDeclared>") for _ in range(100)),
    ),
    "namespaces": lambda: document(b"<Attestation ", numbered(b' xmlns:a%d="u%d"', 200_000), b"/>"),
    "namespaces-in-records": lambda: document(
        HEAD, b"<Enterprise>", numbered(b'<Phone xmlns:a%d="u%d"/>', GB),
    ),
    "undeclared-prefixes": lambda: document(HEAD, repeated(b"<x:a/>", GB)),
    "xml-id": lambda: document(HEAD, b"<Enterprise>", numbered(b'<Phone xml:id="a%d"/>', GB)),
    "long-text": lambda: document(HEAD, b"<SoutId>", repeated(b"1", GB)),
    "long-attribute": lambda: document(HEAD, b'<FileInfo Name="', repeated(b"1", GB)),
    "long-comment": lambda: document(HEAD, b"<!--", repeated(b"x", GB)),
    "comments": lambda: document(HEAD, repeated(b"<!---->", GB)),
    "comment-with-tags": lambda: document(HEAD, b"<!--", repeated(b"<a>", GB)),
    "cdata-with-tags": lambda: document(HEAD, b"<SoutId><![CDATA[", repeated(b"<a>", GB)),
    "instructions": lambda: document(HEAD, repeated(b"<?x y?>", GB)),
    "instruction-with-tags": lambda: document(HEAD, b"<?x ", repeated(b"<a>", GB)),
    "comments-before-the-root": lambda: document(repeated(b"<!---->", GB)),
    "spaces": lambda: document(HEAD, repeated(SPACES, GB)),
    "spaces-before-the-root": lambda: document(repeated(SPACES, GB)),
    "spaces-after-the-root": lambda: document(b"<Attestation></Attestation>", repeated(SPACES, GB)),
    "long-name": lambda: document(HEAD, b"<", repeated(b"a", GB)),
    "long-root-tag": lambda: document(b"<Attestation", repeated(b' a="b"', GB)),
    "character-references": lambda: document(HEAD, b"<SoutId>", repeated(b"&#49;", GB)),
    "text-in-pieces": lambda: document(HEAD, b"<SoutId>", repeated(b"1<![CDATA[2]]>", GB)),
    "nul-bytes": lambda: document(HEAD, b"<SoutId>1\0</SoutId></Attestation>"),
    "only-nul-bytes": lambda: document(repeated(b"\0", MB)),
    "truncated": lambda: document(HEAD, b"<FileInfo><SchemeVersion>1.0"),
    "truncated-in-a-letter": lambda: document(HEAD, "<Contract>Договор".encode()[:-1]),
    "duplicate-attribute": lambda: document(HEAD, b'<FileInfo Name="1" Name="2"/></Attestation>'),
    "wrong-encoding": lambda: document(HEAD, "<Contract>Договор</Contract></Attestation>".encode("cp1251")),
    "unknown-encoding": lambda: document(b'<?xml version="1.0" encoding="x-user-defined"?><Attestation/>'),
    "utf-7": lambda: document(b'<?xml version="1.0" encoding="utf-7"?>+ADw-Attestation/+AD4-'),
    "utf-16-said-utf-8-meant": lambda: document(b'<?xml version="1.0" encoding="UTF-16"?><Attestation/>'),
    "utf-8-said-utf-16-meant": lambda: document('<?xml version="1.0" encoding="UTF-8"?><Attestation/>'.encode("utf-16")),
    "utf-32": lambda: document('<?xml version="1.0"?><Attestation/>'.encode("utf-32")),
    "not-in-windows-1251": lambda: document(b'<?xml version="1.0" encoding="windows-1251"?><Attestation>\x98</Attestation>'),
    "half-a-pair-of-utf-16": lambda: document("<Attestation/>".encode("utf-16") + b"\x00\xd8"),
    "xml-1.1": lambda: document(b'<?xml version="1.1"?><Attestation>&#1;</Attestation>'),
    "schema-location": lambda: document(
        b'<Attestation xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        b' xsi:noNamespaceSchemaLocation="http://127.0.0.1:9/any.xsd"/>'
    ),
    "other-type": lambda: document(
        b'<Attestation xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        b'<FileInfo xsi:type="xs:anyType"><Any/></FileInfo></Attestation>'
    ),
    "nil": lambda: document(
        b'<Attestation xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><FileInfo xsi:nil="true"/></Attestation>'
    ),
    "stylesheet": lambda: document(b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><Attestation/>'),
    "inclusion": lambda: document(
        HEAD, b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/></Attestation>'
    ),
    "html": lambda: document(b"<!doctype html><html></html>"),
    "other-root": lambda: document(b"<Protocol>", repeated(b"<a/>", GB)),
    "other-namespace": lambda: document(b'<Attestation xmlns="urn:x">', repeated(b"<a/>", GB)),
    "empty": lambda: document(b""),
    "text": lambda: document(b"not xml at all"),
    "binary": lambda: document(bytes(range(1, 256)) * 100),
}  # fmt: skip


def judge(make: Callable[[], Chunks]) -> dict[str, object]:
    """Read a document to its end; what its owner would be told."""
    started = time.monotonic()
    told: list[dict[str, object]] = []
    total = texts = 0
    try:
        for _thing in read_report(Generated(make()), with_fragments=True):
            pass
    except Refusal as refusal:
        total = refusal.total
        told = [dataclasses.asdict(problem) for problem in refusal.problems[:3]]
        texts = sum(len(p.message) + len(p.found) + len(p.expected) + len(p.path) for p in refusal.problems)
    seconds = round(time.monotonic() - started, 2)
    return {"told": told, "total": total, "texts": texts, "seconds": seconds, "megabytes": peak_megabytes()}


def peak_megabytes() -> int:
    """Peak resident memory of this process, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would be that of the parent, where it was larger when this process was made
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MB


def be_quick() -> None:
    """Give up counting sooner than the product does: the bounds are the same, and the tests take seconds."""
    defects.COUNTED = 10_000
    object.__setattr__(limits.STREAM, "records", 100_000)


def main(arguments: list[str]) -> None:
    if "--quick" in arguments:
        be_quick()
    for name in [each for each in arguments if each in HOSTILE] or HOSTILE:
        print(json.dumps({"name": name, **judge(HOSTILE[name])}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
