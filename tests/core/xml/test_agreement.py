"""libxml2 decides, our walk explains, the stream does both record by record: on random documents they must agree."""

import io
import random

import pytest
from lxml import etree

from core.xml import Kind, RecordSchema, RecordStream, XmlRefused
from core.xml.defects import Findings
from core.xml.explain import Explainer
from core.xml.lines import lines_of
from core.xml.schema_model import SchemaModel
from core.xml.simple_types import compiled_pattern
from tests.core.xml.random_documents import WRONG, Maker, damage
from tests.core.xml.russian import assert_russian

XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'


def streamed(data: bytes, schema: RecordSchema) -> XmlRefused | None:
    """What the stream says of a document."""
    try:
        for _record in RecordStream(io.BytesIO(data), schema):
            pass
    except XmlRefused as refused:
        return refused
    return None


def explained(root: etree._Element, schema: RecordSchema) -> Findings:
    """What our walk says of a whole tree."""
    findings = Findings()
    if root.tag == schema.model.root.name:
        Explainer(schema.wording, findings).explain(root, schema.model.root, f"/{root.tag}")
    else:
        findings.add(schema.wrong_root(root.tag))
    return findings


def assert_agreement(root: etree._Element, schema: RecordSchema, whole: etree.XMLSchema) -> int:
    """The three verdicts are one; every defect is in Russian and has a place. Returns how many defects there were."""
    data = etree.tostring(root, encoding="utf-8")
    valid = whole.validate(etree.fromstring(data))
    refused = streamed(data, schema)
    findings = explained(etree.fromstring(data), schema)
    assert (refused is None) == valid, (whole.error_log, refused and refused.defects)
    assert bool(findings) != valid, (whole.error_log, findings.defects)
    if refused is None:
        return 0
    assert sorted(each.path for each in refused.defects) == sorted(each.path for each in findings.defects)
    lines = lines_of(io.BytesIO(data), {each.path for each in refused.defects})
    for defect in refused.defects:
        assert_russian(defect)
        assert defect.kind is not Kind.OTHER, defect
        assert defect.path in lines, defect
    return refused.total


def test_random_documents_and_damage(library: RecordSchema) -> None:
    whole = etree.XMLSchema(etree.ElementTree(library._document))
    chance = random.Random(7)
    documents = [Maker(library.model, seed).document() for seed in range(60)]
    for document in documents:
        assert assert_agreement(document, library, whole) == 0
    defects = 0
    for _ in range(700):
        damaged = chance.choice(documents)
        for _ in range(chance.choice([1, 1, 1, 2, 6])):
            damaged = damage(damaged, chance)
        defects += assert_agreement(damaged, library, whole) > 0
    assert defects > 350


PATTERNS = [
    r"\d{2}(.\d{1,2})?",
    r"[A-C]+|x\.y",
    r"a^b$",
    r".+",
    r"[^a]",
    r"\-\+",
    r"(0[1-9]|1[0-4])(\.\d{2}){0,3}",
    r"[.^$]",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns(pattern: str) -> None:
    schema = etree.XMLSchema(
        etree.fromstring(
            f'<xs:schema {XS}><xs:element name="v"><xs:simpleType><xs:restriction base="xs:string">'
            f'<xs:pattern value="{pattern}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>'
        )
    )
    ours = compiled_pattern(pattern)
    chance = random.Random(1)
    element = etree.Element("v")
    for _ in range(2000):
        element.text = "".join(chance.choice("abcABCx.y^$-+019\n ") for _ in range(chance.randint(0, 6)))
        assert schema.validate(element) == bool(ours.fullmatch(element.text)), repr(element.text)


@pytest.mark.parametrize(("low", "high"), [("0.0", "1.0"), ("-5", None), (None, "1e3")])
def test_bounds(low: str | None, high: str | None) -> None:
    facets = f'<xs:minInclusive value="{low}"/>' if low else ""
    facets += f'<xs:maxInclusive value="{high}"/>' if high else ""
    document = etree.fromstring(
        f'<xs:schema {XS}><xs:element name="v" type="T"/><xs:simpleType name="T"><xs:restriction base="xs:float">{facets}'
        "</xs:restriction></xs:simpleType></xs:schema>"
    )
    schema = etree.XMLSchema(document)
    kind = SchemaModel(document).root.type.value
    element = etree.Element("v")
    for text in [
        *WRONG,
        "0",
        "-0",
        "1",
        "1.00000001",
        "1.0000001",
        "1e",
        "1e-",
        "-INF",
        "INF",
        "NaN",
        " 1 ",
        "1e39",
        "-5.1",
    ]:
        element.text = text
        assert schema.validate(element) == (kind.failure(text) is None), text


UNSUPPORTED = [
    '<xs:element name="v" type="xs:anyURI"/>',
    '<xs:element name="v"/><xs:element name="w"/>',
    '<xs:element name="v"><xs:complexType><xs:sequence><xs:any/></xs:sequence></xs:complexType></xs:element>',
    '<xs:element name="v"><xs:simpleType><xs:list itemType="xs:string"/></xs:simpleType></xs:element>',
    '<xs:element name="v"><xs:simpleType><xs:restriction base="xs:integer"><xs:minInclusive value="1"/></xs:restriction>'
    "</xs:simpleType></xs:element>",
    '<xs:element name="v"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="\\p{L}"/></xs:restriction>'
    "</xs:simpleType></xs:element>",
    '<xs:element name="v"><xs:complexType><xs:complexContent><xs:extension base="T"/></xs:complexContent></xs:complexType>'
    '</xs:element><xs:complexType name="T"/>',
]


@pytest.mark.parametrize("text", UNSUPPORTED)
def test_what_is_not_supported_fails_at_load(text: str) -> None:
    with pytest.raises(NotImplementedError):
        SchemaModel(etree.fromstring(f"<xs:schema {XS}>{text}</xs:schema>"))
