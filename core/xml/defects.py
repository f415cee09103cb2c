"""What is wrong with a document, in Russian, one sentence a defect. No text of a parser ever gets in here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

LISTED = 1_000
COUNTED = 100_000


class Kind(StrEnum):
    """Every kind of defect that this package reports."""

    EMPTY = "empty"
    NOT_XML = "not-xml"
    ENCODING = "encoding"
    DOCTYPE = "doctype"
    LIMIT = "limit"
    MALFORMED = "malformed"
    ROOT = "schema-root"
    NAMESPACE = "schema-namespace"
    ELEMENT_UNKNOWN = "schema-element-unknown"
    ELEMENT_MISSING = "schema-element-missing"
    ELEMENT_MISPLACED = "schema-element-misplaced"
    ELEMENT_TOO_MANY = "schema-element-too-many"
    ELEMENT_TOO_FEW = "schema-element-too-few"
    ELEMENTS_IN_VALUE = "schema-elements-in-value"
    TEXT = "schema-text"
    NOT_EMPTY = "schema-not-empty"
    NIL = "schema-nil"
    ATTRIBUTE_UNKNOWN = "schema-attribute-unknown"
    ATTRIBUTE_MISSING = "schema-attribute-missing"
    BLANK = "schema-blank"
    TYPE = "schema-type"
    ENUMERATION = "schema-enumeration"
    PATTERN = "schema-pattern"
    BOUND = "schema-bound"
    LENGTH = "schema-length"
    UNION = "schema-union"
    RANGE = "schema-range"  # the schema allows the value, the system cannot hold it
    OTHER = "schema-other"

    @property
    def of_schema(self) -> bool:
        """The document is well formed, but not of the form that the schema asks for."""
        return self.value.startswith("schema-")


@dataclass(slots=True, frozen=True)
class Defect:
    """One defect. `path`: XPath with ordinals (see `core.xml.paths`), an attribute as `…/@Name`; `line` is 1-based, None where
    it is not known yet (`core.xml.lines` finds it). `message` is a whole sentence, `found` and `expected` are short."""

    kind: Kind
    message: str
    found: str = ""
    expected: str = ""
    path: str = ""
    line: int | None = None
    advice: str = ""


class XmlRefused(Exception):
    """The document is refused. `defects`: the first thousand; `total` counts all, unless `complete` is False: then counting
    was given up after a hundred thousand wrong elements."""

    def __init__(self, defects: list[Defect], total: int, *, complete: bool = True) -> None:
        super().__init__(f"{total} defects")
        self.defects = defects
        self.total = total
        self.complete = complete


@dataclass(slots=True)
class Findings:
    """Collects the defects of one document in bounded memory."""

    defects: list[Defect] = field(default_factory=list)
    total: int = 0
    _weight: int = 0

    def __bool__(self) -> bool:
        return self.total > 0

    def add(self, defect: Defect, *, weight: int = 1) -> None:
        """Note a defect; `weight` is how many elements went wrong with it. Raises XmlRefused when it is no use to go on."""
        if len(self.defects) < LISTED:
            self.defects.append(defect)
        self.total += 1
        self._weight += weight
        if self._weight >= COUNTED:
            raise XmlRefused(self.defects, self.total, complete=False)

    def refuse(self, defect: Defect) -> XmlRefused:
        """Note the defect after which nothing more can be read; the caller raises what comes back."""
        if len(self.defects) >= LISTED:
            self.defects.pop()
        self.defects.append(defect)
        self.total += 1
        return XmlRefused(self.defects, self.total)

    def refused(self) -> XmlRefused:
        """The refusal for what was found so far."""
        return XmlRefused(self.defects, self.total)
