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
    found: dict[str, int] = {}
    parser = _parser(root, wanted, found)
    source = Source(stream, Findings(), limits=limits)
    # Defects of the document were told by the first pass; here only what precedes them matters.
    try:
        for chunk in source.chunks():
            parser.Parse(chunk, False)
            source.meter.forget_tree()
    except (_AllFound, XmlRefused, expat.ExpatError):
        pass
    return found


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


def _parser(root: _Node, wanted: int, found: dict[str, int]) -> Any:
    """A parser that follows the wanted branches and fills `found`.

    Closures and not methods: they are called twice for every element of the document."""
    parser = _hardened()
    skipped = 0  # how deep the parser is below a branch that nothing is wanted of
    left = wanted
    opened = [root]

    def start(name: str, _attributes: object) -> None:
        nonlocal skipped, left
        if skipped:
            skipped += 1
            return
        node = opened[-1]
        local = name.rpartition(":")[2]
        ordinals = node.below.get(local)
        ordinal = node.counts.get(local, 0) + 1
        entered = None
        if ordinals is not None:
            node.counts[local] = ordinal
            entered = ordinals.get(ordinal)
        if entered is None:
            skipped = 1
            return
        opened.append(entered)
        if entered.paths:
            found.update(dict.fromkeys(entered.paths, parser.CurrentLineNumber))
            left -= 1
            if not left:
                raise _AllFound

    def end(_name: str) -> None:
        nonlocal skipped
        if skipped:
            skipped -= 1
        else:
            opened.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    return parser


def _hardened() -> Any:
    """An expat parser that reads nothing from elsewhere."""
    parser: Any = expat.ParserCreate("utf-8")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.ordered_attributes = True  # a list is made sooner than a dict
    return parser


def _refuse_doctype(*_declared: object) -> None:
    raise XmlRefused([Defect(Kind.DOCTYPE, "Документ содержит объявление DOCTYPE.")], 1)
