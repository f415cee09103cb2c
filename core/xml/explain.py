"""Why an element does not fit the schema: one walk over it, a Russian defect for every mistake, in document order.

libxml2 decides whether an element is valid; its messages are English and its paths cost the square of the number of
siblings, so what is wrong is found here. The two are tested to agree.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from lxml import etree

from core.xml.content import Step
from core.xml.defects import Defect, Findings
from core.xml.paths import local, step
from core.xml.schema_model import ElementDeclaration
from core.xml.wording import Wording

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_XSI_HINTS = {f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation", f"{XSI}type"}
XML_SPACE = " \t\r\n"
_LINES_TOLD = 65_535  # libxml2 keeps no more in an element


def line_of(element: etree._Element) -> int | None:
    """The line of an element, None past what libxml2 can tell (or where there is none)."""
    line: Any = element.sourceline
    return line if line and line < _LINES_TOLD else None


def attributes_of(element: etree._Element) -> dict[str, str]:
    """Names (with namespaces in braces) and values of an element's attributes."""
    return {str(name): str(value) for name, value in element.attrib.items()}


class Explainer:
    """Finds the defects of elements and adds them to `findings`."""

    def __init__(self, wording: Wording, findings: Findings) -> None:
        self._say = wording
        self._findings = findings

    def explain(self, element: etree._Element, declaration: ElementDeclaration, path: str) -> int:
        """Add every defect of an element that stands at `path`; returns how many."""
        before = self._findings.total
        self._element(element, declaration, path)
        return self._findings.total - before

    def attributes(self, element: etree._Element, declaration: ElementDeclaration, path: str) -> bool:
        """The defects of an element's attributes; whether one of them says that there is no content."""
        is_nil = False
        line = line_of(element)
        declared = declaration.type.attributes
        for name, value in attributes_of(element).items():
            attribute = declared.get(name)
            if attribute is not None:
                failure = attribute.type.failure(value)
                if failure is not None:
                    self._findings.add(self._say.attribute_value(failure, attribute, declaration, value, path, line))
            elif name == f"{XSI}nil":
                is_nil = True
                self._findings.add(self._say.nil(declaration, path, line))
            elif name not in _XSI_HINTS:
                self._findings.add(self._say.attribute_unknown(name, declaration, path, line))
        for attribute in declared.values():
            if attribute.required and attribute.name not in element.attrib:
                self._findings.add(self._say.attribute_missing(attribute, declaration, path, line))
        return is_nil

    def _element(self, element: etree._Element, declaration: ElementDeclaration, path: str) -> None:
        if self.attributes(element, declaration, path):
            return
        if declaration.type.value is not None:
            self._value(element, declaration, path)
        elif declaration.type.holds_nothing:
            self._nothing(element, declaration, path)
        else:
            self._children(element, declaration, path)

    def _value(self, element: etree._Element, declaration: ElementDeclaration, path: str) -> None:
        line = line_of(element)
        inner = next(iter(element), None)
        if inner is not None:
            self._findings.add(self._say.inside_value(declaration, local(inner.tag), path, line), weight=_size(element))
            return
        value = element.text or ""
        assert declaration.type.value is not None
        failure = declaration.type.value.failure(value)
        if failure is not None:
            self._findings.add(self._say.value(failure, declaration, value, path, line))

    def _nothing(self, element: etree._Element, declaration: ElementDeclaration, path: str) -> None:
        inner = next(iter(element), None)
        if inner is not None:
            found = f"<{local(inner.tag)}>"
            self._findings.add(self._say.not_empty(declaration, found, path, line_of(element)), weight=_size(element))
        elif element.text:
            self._findings.add(self._say.not_empty(declaration, element.text, path, line_of(element)))

    def _children(self, element: etree._Element, declaration: ElementDeclaration, path: str) -> None:
        children = Children(self, declaration, path)
        children.text(element.text, element)
        for child in element:
            below, below_path = children.child(child)
            if below is not None:
                self._element(child, below, below_path)
            children.text(child.tail, child)
        children.end(line_of(element))

    def add_unknown(self, child: etree._Element, parent: ElementDeclaration, names: list[str], path: str) -> None:
        """A child that the schema does not know: told once, counted with all that is inside it."""
        line = line_of(child)
        if child.tag.startswith("{"):
            defect = self._say.namespace(child.tag[1:].partition("}")[0], path, line)
        else:
            defect = self._say.unknown(child.tag, parent, names, path, line)
        self._findings.add(defect, weight=_size(child))

    def add_step(
        self, outcome: Step, child: ElementDeclaration, children: Children, path: str, line: int | None
    ) -> None:
        """A known child in a wrong place."""
        parent = children.declaration
        if outcome is Step.SKIPPED:
            self._findings.add(self._missing_before(child, children, path, line))
        elif outcome is Step.TOO_MANY:
            self._findings.add(self._say.too_many(child, parent.type.most(child.name), path, line))
        else:
            self._findings.add(self._say.misplaced(child, parent, children.walk.expected(), path, line))

    def add_text(self, declaration: ElementDeclaration, text: str, path: str, line: int | None) -> None:
        """Text between elements."""
        self._findings.add(self._say.text(declaration, text, path, line))

    def add_end(self, children: Children, missing: list[str], line: int | None) -> None:
        """What is missing at the end of an element."""
        parent = children.declaration
        name = missing[0]
        count = children.counts[name]
        if count and set(missing) == {name}:
            declaration = parent.type.children[name]
            defect = self._say.too_few(declaration, count, parent.type.least[name], children.path, line)
        else:
            defect = self._say.missing_at_end(missing, parent, children.path, line)
        self._findings.add(defect)

    def _missing_before(self, child: ElementDeclaration, children: Children, path: str, line: int | None) -> Defect:
        missing = children.walk.missing
        parent = children.declaration
        name = missing[0] if missing else ""
        if name and children.counts[name] and set(missing) == {name}:
            declaration = parent.type.children[name]
            return self._say.too_few(declaration, children.counts[name], parent.type.least[name], path, line)
        return self._say.missing_before(child.name, missing, parent, path, line)


class Children:
    """The children of one element, told one by one: counts them, walks the content model, reports what does not fit."""

    def __init__(self, explainer: Explainer, declaration: ElementDeclaration, path: str) -> None:
        self._explainer = explainer
        self.declaration = declaration
        self.path = path
        self.walk = declaration.type.walk()
        self.counts: Counter[str] = Counter()

    def child(self, child: etree._Element) -> tuple[ElementDeclaration | None, str]:
        """Take the next child: its declaration (None where the schema does not know it) and its path."""
        name = child.tag
        alone = local(name) if name[0] == "{" else name
        ordinal = self.counts.get(alone, 0) + 1
        self.counts[alone] = ordinal
        below = self.declaration.type.children.get(name)
        path = self.path + step(alone, ordinal, repeats=below is not None and below.repeats)
        if below is None:
            self._explainer.add_unknown(child, self.declaration, self.walk.expected(), path)
            return None, path
        outcome = self.walk.child(name)
        if outcome is not Step.FITS:
            self._explainer.add_step(outcome, below, self, path, line_of(child))
        return below, path

    def text(self, text: str | None, near: etree._Element) -> None:
        """Take the text between two children; `near` is the element it stands in or after."""
        if text and text.strip(XML_SPACE):
            self._explainer.add_text(self.declaration, text, self.path, line_of(near))

    def end(self, line: int | None) -> None:
        """No more children come."""
        missing = self.walk.end()
        if missing:
            self._explainer.add_end(self, missing, line)


def _size(element: etree._Element) -> int:
    """How many elements an element is, with all inside it."""
    return sum(1 for _ in element.iter())
