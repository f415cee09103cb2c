"""The one hardened entry to XML: see `core.xml.parser`. No other module calls a parser of lxml or expat."""

from core.xml.children import children_of_root
from core.xml.defects import Defect, Findings, Kind, XmlRefused
from core.xml.explain import line_of
from core.xml.limits import SMALL, STREAM, Limits
from core.xml.parser import own_tree
from core.xml.paths import Paths
from core.xml.schema import RecordSchema, Schema
from core.xml.source import Readable
from core.xml.stream import Record, RecordStream
from core.xml.wording import Wording

__all__ = [
    "SMALL",
    "STREAM",
    "Defect",
    "Findings",
    "Kind",
    "Limits",
    "Paths",
    "Readable",
    "Record",
    "RecordSchema",
    "RecordStream",
    "Schema",
    "Wording",
    "XmlRefused",
    "children_of_root",
    "line_of",
    "own_tree",
]
