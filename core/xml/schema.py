"""Schemas compiled once, and the pieces of one that let a large document be validated record by record.

`xs:ID` and `xs:IDREF` are checked as names only: libxml2 never looks IDREF up, and finds a repeated ID only in a whole tree.
Whether identifiers are unique and known is a rule of the document's owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

from lxml import etree

from core.xml.defects import Defect, Findings
from core.xml.explain import Explainer, line_of
from core.xml.parser import own_tree, tree
from core.xml.paths import local
from core.xml.schema_model import XS, ElementDeclaration, SchemaModel
from core.xml.source import Readable
from core.xml.wording import Wording

_IDENTIFIERS = {"xs:ID", "xs:IDREF"}
_LARGE = 10_000  # elements; a larger tree is explained before libxml2 is asked, see Schema.check


class Schema:
    """One schema. `model` describes it, `wording` says its defects."""

    def __init__(self, path: Path, wording: Wording | None = None) -> None:
        self._document = _without_identifiers(own_tree(path.read_bytes()))
        self.model = SchemaModel(self._document)
        self.wording = wording or Wording()
        self._whole = etree.XMLSchema(etree.ElementTree(self._document))

    def read_small(self, stream: Readable) -> etree._Element:
        """The tree of a small document that fits the schema. Raises XmlRefused with every defect."""
        root = tree(stream)
        findings = Findings()
        if root.tag != self.model.root.name:
            raise findings.refuse(self.wrong_root(root.tag))
        size = sum(1 for _ in root.iter())
        self.check(self._whole, root, self.model.root, f"/{root.tag}", findings, large=size > _LARGE)
        if findings:
            raise findings.refused()
        return root

    def wrong_root(self, tag: str) -> Defect:
        """The defect of a document whose root is not the schema's."""
        namespace, _, name = tag.rpartition("}")
        if namespace and name == self.model.root.name:
            return self.wording.namespace(namespace.removeprefix("{"), f"/{name}", 1)
        return self.wording.root(local(tag), self.model.root)

    def check(
        self,
        validator: etree.XMLSchema,
        element: etree._Element,
        declaration: ElementDeclaration,
        path: str,
        findings: Findings,
        *,
        large: bool,
    ) -> bool:
        """Whether an element is valid; if not, its defects go to `findings`.

        libxml2 decides, except that it writes down the path of every error, at the cost of the square of the number of
        siblings: so a large element is looked at by our own walk first."""
        if large and Explainer(self.wording, findings).explain(element, declaration, path):
            return False
        if validator.validate(element):
            return True
        if large or not Explainer(self.wording, findings).explain(element, declaration, path):
            findings.add(self.wording.other(declaration.name, path, line_of(element)))
        return False


class RecordSchema(Schema):
    """A schema split along its spine: the few elements through which a large document is streamed.

    `spine`: paths (without ordinals) of elements that hold many records. Every other child of a spine element is a record
    and is validated alone; the spine elements themselves are validated by their attributes and the order of their children.
    """

    def __init__(self, path: Path, spine: Iterable[str], wording: Wording | None = None) -> None:
        super().__init__(path, wording)
        self.spine = {place: self.model.find(place) for place in spine}
        self.records = etree.XMLSchema(etree.ElementTree(self._split()))
        self.tags = self._tags()

    def _split(self) -> etree._Element:
        """The same schema with every record, and every spine element without its content, as a global element."""
        split = deepcopy(self._document)
        for node in split.findall(f"{XS}element"):
            split.remove(node)
        seen: dict[str, bytes] = {}
        for place, declaration in self.spine.items():
            _add_global(split, _shell(declaration, self._document), seen)
            for child in declaration.type.children.values():
                if f"{place}/{child.name}" not in self.spine:
                    _add_global(split, _detached(child.node), seen)
        return split

    def _tags(self) -> list[str]:
        """The names at whose end the stream is worth looking at: spine elements and what repeats in them."""
        names = {declaration.name for declaration in self.spine.values()}
        for declaration in self.spine.values():
            for child in declaration.type.children.values():
                if declaration.type.most(child.name) is None:
                    names.add(child.name)
        return [f"{{*}}{name}" for name in sorted(names)]


def _without_identifiers(document: etree._Element) -> etree._Element:
    for attribute in document.iter(f"{XS}attribute"):
        if attribute.get("type") in _IDENTIFIERS:
            attribute.set("type", "xs:NCName")
    return document


def _detached(node: etree._Element) -> etree._Element:
    alone = deepcopy(node)
    for bound in ("minOccurs", "maxOccurs"):
        alone.attrib.pop(bound, "")
    return alone


def _shell(declaration: ElementDeclaration, document: etree._Element) -> etree._Element:
    """A global element with the attributes of a spine element and no content."""
    shell = etree.Element(f"{XS}element", name=declaration.name)
    inner = etree.SubElement(shell, f"{XS}complexType")
    named = declaration.node.get("type")
    holder = declaration.node if named is None else document.find(f"{XS}complexType[@name='{named}']")
    assert holder is not None
    for attribute in holder.iterfind(f"{XS}attribute" if named else f"{XS}complexType/{XS}attribute"):
        inner.append(deepcopy(attribute))
    return shell


def _add_global(split: etree._Element, node: etree._Element, seen: dict[str, bytes]) -> None:
    """Add a global element, once. Raises NotImplementedError where one name means two things: the spine is ill chosen."""
    name = node.get("name", "")
    bare = deepcopy(node)
    for annotation in list(bare.iter(f"{XS}annotation")):
        parent = annotation.getparent()
        if parent is not None:
            parent.remove(annotation)
    content = etree.tostring(bare, method="c14n", with_tail=False)
    if name not in seen:
        seen[name] = content
        split.append(node)
    elif seen[name] != content:
        raise NotImplementedError(f"records of different content share the name {name}")
