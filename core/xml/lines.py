"""Exact lines of elements, by a second pass with expat: libxml2 keeps no line past 65,535.

It runs only where there is something to locate, and stops at the last thing found. Outside of the branches that lead to a
wanted element nothing is kept but the depth.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from xml.parsers import expat  # hardened below: no DOCTYPE gets to it, and none would be read

from core.xml.defects import Defect, Findings, Kind, XmlRefused
from core.xml.limits import STREAM, Limits
from core.xml.source import Readable, Source

_STEP = re.compile(r"([^/\[\]]+)(?:\[([0-9]+)\])?")


class _Node:
    """A step of wanted paths. `below`: name → ordinal → node; `counts`: ordinals given out so far under the open element."""

    __slots__ = ("below", "counts", "paths")

    def __init__(self) -> None:
        self.below: dict[str, dict[int, _Node]] = {}
        self.counts: dict[str, int] = {}
        self.paths: list[str] = []


class _AllFound(Exception):
    pass


def lines_of(stream: Readable, paths: Collection[str], *, limits: Limits = STREAM) -> dict[str, int]:
    """The line (from 1) where the start tag of each element begins; paths as in `core.xml.paths`, attributes get the line of
    their element. A path that is not in the document is not in the answer, nor is anything past the place where a document
    stops being well-formed."""
    root, wanted = _tree(paths)
    locator = _Locator(root, wanted)
    source = Source(stream, Findings(), limits=limits)
    # Defects of the document were told by the first pass; here only what precedes them matters.
    try:
        for chunk in source.chunks():
            locator.parser.Parse(chunk, False)
            source.meter.forget_tree()
    except (_AllFound, XmlRefused, expat.ExpatError):
        pass
    return locator.found


def _tree(paths: Collection[str]) -> tuple[_Node, int]:
    root = _Node()
    wanted = 0
    for path in set(paths):
        node = root
        for step in path.partition("/@")[0].strip("/").split("/"):
            match = _STEP.fullmatch(step)
            if match is None:
                break
            ordinals = node.below.setdefault(match[1], {})
            node = ordinals.setdefault(int(match[2] or 1), _Node())
        else:
            wanted += not node.paths
            node.paths.append(path)
    return root, wanted


class _Locator:
    """Follows the wanted branches. `open` is the row of nodes of open elements, `skipped` the depth below the last of them."""

    def __init__(self, root: _Node, wanted: int) -> None:
        self.found: dict[str, int] = {}
        self._left = wanted
        self._open = [root]
        self._skipped = 0
        self.parser: Any = expat.ParserCreate("utf-8")
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, _attributes: object) -> None:
        if self._skipped:
            self._skipped += 1
            return
        node = self._open[-1]
        local = name.rpartition(":")[2]
        ordinals = node.below.get(local)
        if ordinals is None:
            self._skipped = 1
            return
        ordinal = node.counts.get(local, 0) + 1
        node.counts[local] = ordinal
        entered = ordinals.get(ordinal)
        if entered is None:
            self._skipped = 1
            return
        self._open.append(entered)
        if entered.paths:
            line = self.parser.CurrentLineNumber
            self.found.update(dict.fromkeys(entered.paths, line))
            self._left -= 1
            if not self._left:
                raise _AllFound

    def _end(self, _name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        else:
            self._open.pop()


def _refuse_doctype(*_declared: object) -> None:
    raise XmlRefused([Defect(Kind.DOCTYPE, "Документ содержит объявление DOCTYPE.")], 1)
