"""The report's schema: record by record the verdict is that of the whole schema, on random documents and random damage."""

import random
from pathlib import Path

import pytest
from lxml import etree

from sout_reports.document.schema import PATH, PATTERNS, SPINE, report_schema
from tests.core.xml.random_documents import Maker
from tests.core.xml.random_documents import damage as damaged
from tests.core.xml.test_agreement import assert_agreement
from tests.sout_reports.document.samples import attested, declared, generated, report

MUSEUM = Path(__file__).resolve().parents[2] / "corpora" / "sout"
XS = "{http://www.w3.org/2001/XMLSchema}"


@pytest.fixture(scope="module")
def whole() -> etree.XMLSchema:
    return etree.XMLSchema(etree.ElementTree(report_schema()._document))


def test_random_documents_and_damage(whole: etree.XMLSchema) -> None:
    schema = report_schema()
    chance = random.Random(3)
    documents = [Maker(schema.model, seed).document() for seed in range(25)]
    for document in documents:
        assert assert_agreement(document, schema, whole) == 0
    small = [document for document in documents if sum(1 for _ in document.iter()) < 1500]
    small += [etree.fromstring(generated(kind, workplaces=4)) for kind in ("office", "plant", "clinic")]
    small.append(etree.fromstring(report(declared() + attested("<LabourSeverity/>"))))
    refused = 0
    for _ in range(250):
        document = chance.choice(small)
        for _ in range(chance.choice([1, 1, 2, 5])):
            document = damaged(document, chance)
        refused += assert_agreement(document, schema, whole) > 0
    assert refused > 125


@pytest.mark.parametrize("kind", ["office", "plant", "clinic"])
def test_generated_reports(kind: str, whole: etree.XMLSchema) -> None:
    assert assert_agreement(etree.fromstring(generated(kind)), report_schema(), whole) == 0


def test_the_museum() -> None:
    """By the schema file as it is. Repeated identifiers are found by libxml2 in a whole tree only: they are SOUT-FMT-006."""
    original = etree.XMLSchema(etree.parse(PATH))
    files = [path for path in MUSEUM.glob("*/*/*.xml") if path.parent.name != "SOUT-FMT-006"]
    for path in files:
        root = etree.parse(path).getroot()
        assert assert_agreement(root, report_schema(), original) == (path.parent.match("fail/SOUT-FMT-001"))
    assert len(files) > 30


def test_every_pattern_has_words_or_documentation() -> None:
    for node in report_schema()._document.iter(f"{XS}pattern"):
        named = node.getparent().getparent()
        assert named.get("name") in PATTERNS or named.findtext(f"{XS}annotation/{XS}documentation")


def test_every_record_is_small_by_the_schema() -> None:
    """Whatever may repeat without bound at the report's level is a record of its own, or inside a spine element."""
    schema = report_schema()
    for place in SPINE:
        assert place in schema.spine
    for name in ("WorkPlaceAttested", "MeasurementProtocol", "WorkPlaceDetails", "Row", "Item", "Conclusion"):
        assert f"{{*}}{name}" in schema.tags
