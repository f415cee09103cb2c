"""The Russian sentences of schema defects: one for every kind, made from the schema's own documentation.

`found` and `expected` are separate and short, so that a table of defects can show them in columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.xml.defects import Defect, Kind
from core.xml.schema_model import AttributeDeclaration, ElementDeclaration
from core.xml.simple_types import Failure, SimpleType

_SHOWN = 80  # characters of a found value
_DOC_SHOWN = 140
_LISTED_NAMES = 12
_LABELLED = 4
_CONTROL = re.compile(r"\s+")
_DIGIT = re.compile(r"[0-9]")
_KEPT_DIGITS = 3

_VALUE_SENTENCES = {
    Kind.BLANK: "{what} не заполнен{end}.",
    Kind.TYPE: "Значение {whose} записано не в том виде.",
    Kind.ENUMERATION: "Значение {whose} не входит в перечень допустимых.",
    Kind.PATTERN: "Значение {whose} записано не по образцу.",
    Kind.BOUND: "Значение {whose} выходит за допустимые границы.",
    Kind.LENGTH: "Значение {whose} недопустимой длины.",
}


@dataclass(slots=True, frozen=True)
class Wording:
    """Words that the schema itself lacks. `patterns`: name of a simple type → what its pattern asks for, in human words;
    `private`: simple types whose values are personal data, shown masked."""

    patterns: Mapping[str, str] = field(default_factory=dict)
    private: frozenset[str] = frozenset()

    def root(self, found: str, expected: ElementDeclaration) -> Defect:
        """The document is of another kind."""
        return Defect(
            Kind.ROOT,
            f"Корневой элемент документа — «{_cut(found)}», а должен быть {label(expected)}.",
            found=f"«{_cut(found)}»",
            expected=f"«{expected.name}»",
            path=f"/{_cut(found)}",
            advice="Проверьте, что выбран нужный файл.",
        )

    def namespace(self, found: str, path: str, line: int | None) -> Defect:
        """An element is in a namespace."""
        return Defect(
            Kind.NAMESPACE,
            "Элемент записан в пространстве имён, а формат пространств имён не использует.",
            found=f"xmlns=«{_cut(found)}»",
            expected="без xmlns",
            path=path,
            line=line,
            advice="Уберите объявления xmlns.",
        )

    def unknown(
        self, name: str, parent: ElementDeclaration, names: Sequence[str], path: str, line: int | None
    ) -> Defect:
        """A name that the schema does not know in this place."""
        message = f"Элемент «{_cut(name)}» не предусмотрен в элементе {label(parent)}."
        return Defect(Kind.ELEMENT_UNKNOWN, message, f"«{_cut(name)}»", _names(names, parent), path, line)

    def missing_before(
        self, name: str, missing: Sequence[str], parent: ElementDeclaration, path: str, line: int | None
    ) -> Defect:
        """Required elements are left out before an element."""
        wanted = _labels(missing, parent)
        some = "пропущен обязательный элемент" if len(set(missing)) == 1 else "пропущены обязательные элементы"
        message = f"Перед элементом «{name}» {some}: {wanted}."
        return Defect(Kind.ELEMENT_MISSING, message, f"«{name}»", _names(missing, parent), path, line)

    def missing_at_end(self, missing: Sequence[str], parent: ElementDeclaration, path: str, line: int | None) -> Defect:
        """Required elements are left out at the end."""
        wanted = _labels(missing, parent)
        some = "нет обязательного элемента" if len(set(missing)) == 1 else "нет обязательных элементов"
        message = f"В элементе {label(parent)} {some}: {wanted}."
        found = f"конец элемента «{parent.name}»"
        return Defect(Kind.ELEMENT_MISSING, message, found, _names(missing, parent), path, line)

    def too_few(self, declaration: ElementDeclaration, count: int, least: int, path: str, line: int | None) -> Defect:
        """An element occurs less often than it must."""
        message = f"Элементов {label(declaration)} меньше, чем требуется."
        return Defect(Kind.ELEMENT_TOO_FEW, message, str(count), f"не меньше {least}", path, line)

    def too_many(self, declaration: ElementDeclaration, most: int | None, path: str, line: int | None) -> Defect:
        """An element occurs once too often in a row."""
        message = f"Элемент {label(declaration)} повторяется чаще, чем допускается."
        return Defect(Kind.ELEMENT_TOO_MANY, message, f"ещё один «{declaration.name}»", _at_most(most), path, line)

    def misplaced(
        self,
        declaration: ElementDeclaration,
        parent: ElementDeclaration,
        names: Sequence[str],
        path: str,
        line: int | None,
    ) -> Defect:
        """An element stands after its place."""
        message = (
            f"Элемент {label(declaration)} стоит не на своём месте в элементе {label(parent)}: порядок элементов задан."
        )
        return Defect(Kind.ELEMENT_MISPLACED, message, f"«{declaration.name}»", _names(names, parent), path, line)

    def inside_value(self, declaration: ElementDeclaration, inner: str, path: str, line: int | None) -> Defect:
        """Elements where only a value may stand."""
        message = f"В элементе {label(declaration)} должно быть только значение, а вложен элемент."
        return Defect(
            Kind.ELEMENTS_IN_VALUE, message, f"«{_cut(inner)}»", "значение без вложенных элементов", path, line
        )

    def text(self, declaration: ElementDeclaration, text: str, path: str, line: int | None) -> Defect:
        """Text where only elements may stand."""
        message = f"В элементе {label(declaration)} стоит текст, а могут быть только вложенные элементы."
        return Defect(Kind.TEXT, message, shown(text.strip()), "вложенные элементы", path, line)

    def not_empty(self, declaration: ElementDeclaration, found: str, path: str, line: int | None) -> Defect:
        """Anything inside an element that carries attributes only."""
        message = f"Элемент {label(declaration)} должен быть пустым: всё нужное в нём указывают атрибутами."
        return Defect(
            Kind.NOT_EMPTY, message, shown(found) or "пробелы или перевод строки", "пустой элемент", path, line
        )

    def nil(self, declaration: ElementDeclaration, path: str, line: int | None) -> Defect:
        """xsi:nil on an element that needs a value."""
        message = f"Элемент {label(declaration)} отмечен как отсутствующий (xsi:nil), а формат этого не допускает."
        return Defect(Kind.NIL, message, "xsi:nil", "значение или отсутствие элемента", path, line)

    def attribute_unknown(self, name: str, declaration: ElementDeclaration, path: str, line: int | None) -> Defect:
        """An attribute that the schema does not know."""
        message = f"Атрибут «{_cut(name)}» не предусмотрен у элемента {label(declaration)}."
        allowed = ", ".join(f"«{item}»" for item in declaration.type.attributes) or "без атрибутов"
        return Defect(Kind.ATTRIBUTE_UNKNOWN, message, f"«{_cut(name)}»", allowed, f"{path}/@{_cut(name)}", line)

    def attribute_missing(
        self, attribute: AttributeDeclaration, declaration: ElementDeclaration, path: str, line: int | None
    ) -> Defect:
        """A required attribute is not there."""
        doc = f" ({_short(attribute.doc)})" if attribute.doc else ""
        message = f"У элемента {label(declaration)} нет обязательного атрибута «{attribute.name}»{doc}."
        return Defect(Kind.ATTRIBUTE_MISSING, message, "атрибута нет", f"атрибут «{attribute.name}»", path, line)

    def attribute_value(
        self,
        failure: Failure,
        attribute: AttributeDeclaration,
        owner: ElementDeclaration,
        value: str,
        path: str,
        line: int | None,
    ) -> Defect:
        """The value of an attribute is wrong."""
        whose = f"атрибута «{attribute.name}» элемента {label(owner)}"
        what = f"Атрибут «{attribute.name}» элемента {label(owner)}"
        return self._value(failure, attribute.type, what, whose, value, f"{path}/@{attribute.name}", line)

    def value(
        self, failure: Failure, declaration: ElementDeclaration, value: str, path: str, line: int | None
    ) -> Defect:
        """The value of an element is wrong."""
        assert declaration.type.value is not None
        whose = f"элемента {label(declaration)}"
        return self._value(failure, declaration.type.value, f"Элемент {label(declaration)}", whose, value, path, line)

    def other(self, name: str, path: str, line: int | None) -> Defect:
        """The validator refuses an element, and nothing above says why."""
        message = f"Элемент «{_cut(name)}» не соответствует схеме данных."
        return Defect(Kind.OTHER, message, expected="запись по схеме данных", path=path, line=line)

    def _value(
        self, failure: Failure, kind: SimpleType, what: str, whose: str, value: str, path: str, line: int | None
    ) -> Defect:
        blank = not value.strip()
        sort = Kind.BLANK if blank else failure.kind
        expected = failure.expected
        if failure.kind is Kind.PATTERN:
            expected = self.patterns.get(kind.name) or failure.expected or "значение по образцу схемы"
        found = "пусто" if blank else shown(value, masked=kind.name in self.private)
        if not blank and value != value.strip():
            found += " с пробелами по краям"
        message = _VALUE_SENTENCES[sort].format(what=what, whose=whose, end="")
        return Defect(sort, message, found, expected, path, line)


def label(declaration: ElementDeclaration) -> str:
    """«Date» (Дата утверждения отчёта председателем комиссии)."""
    doc = declaration.doc or declaration.type.doc
    return f"«{declaration.name}» ({_short(doc)})" if doc else f"«{declaration.name}»"


def shown(value: str, *, masked: bool = False) -> str:
    """A found value as it may be shown: one line, not long; personal data with its last three digits only."""
    text = _CONTROL.sub(" ", value[: _SHOWN * 4]).strip()
    if masked:
        digits = len(_DIGIT.findall(text))
        hidden = max(digits - _KEPT_DIGITS, 0)
        text = _DIGIT.sub("*", text, count=hidden) if hidden else text
    if not text:
        return ""
    return f"«{text[:_SHOWN]}…»" if len(text) > _SHOWN else f"«{text}»"


def _cut(name: str) -> str:
    return name if len(name) <= _SHOWN else name[:_SHOWN] + "…"


def _short(doc: str) -> str:
    """The documentation up to its first full stop or semicolon, without nested brackets being cut."""
    head = re.split(r"[.;:] |\(", doc, maxsplit=1)[0].strip() if len(doc) > _DOC_SHOWN else doc
    return _cut(head or doc).rstrip(".")


def _names(names: Sequence[str], parent: ElementDeclaration) -> str:
    different = list(dict.fromkeys(names))
    if not different:
        return f"конец элемента «{parent.name}»"
    listed = ", ".join(f"«{name}»" for name in different[:_LISTED_NAMES])
    more = " и другие" if len(different) > _LISTED_NAMES else ""
    return listed + more


def _labels(names: Sequence[str], parent: ElementDeclaration) -> str:
    different = list(dict.fromkeys(names))
    listed = ", ".join(label(parent.type.children[name]) for name in different[:_LABELLED])
    return f"{listed} и ещё {len(different) - _LABELLED}" if len(different) > _LABELLED else listed


def _at_most(most: int | None) -> str:
    return "без повторений" if most == 1 else f"не больше {most}"
