"""What was assessed inside a factor, as rows of a table, derived from the schema and not from the names of factors.

A row is made for every element that has a class of its own or a norm; single readings (octave bands, samples, heights) are
left out: they are in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sout_reports.document.values import text_of

if TYPE_CHECKING:
    from lxml import etree

    from core.xml.schema_model import ElementDeclaration

# Names of assessed values, each with the names of its norms: a pair is a lower and an upper bound.
VALUES: dict[str, tuple[str | tuple[str, str], ...]] = {
    "Value": (("NormValueMin", "NormValueMax"), "NormValue"),
    "ValueX": ("NormValueXY", "NormValue"),
    "ValueY": ("NormValueXY", "NormValue"),
    "ValueZ": ("NormValueZ", "NormValue"),
    "ConcentrationMax": ("NormValueMax", "NormValue"),
    "ConcentrationAvg": ("NormValueAvg", "NormValue"),
    "PCConcentrationAvg": ("NormValueAvg", "NormValue"),
    "DoseValue": ("DoseNormValue",),
    "EnergyValue": ("NormEnergyValue",),
    "PowerValue": ("NormPowerValue",),
    "Depth": (),
    "ExcessPressure": ("NormValue",),
}
_READING = "Octave"  # an element with this child is a single reading
_CLASS = "WorkingConditions"
_CLASSES_OF_VALUES = {"DoseValue": "DoseWorkingConditions"}
_PLACES = {"MeasuringPlace", "WorkOperation"}
_SIGNS = {"более": "> ", "более или равно": "≥ ", "менее": "< ", "менее или равно": "≤ "}


@dataclass(slots=True, frozen=True)
class Indicator:
    """A row: what was assessed, where («» where the factor has one place), value, unit and norm as text for the page (decimal
    comma), class (None where only the whole factor has one)."""

    label: str
    place: str
    value: str
    unit: str
    norm: str
    conditions: str | None


@dataclass(slots=True, frozen=True)
class _Around:
    """Where an element stands: the measuring place and the group of indicators it belongs to."""

    place: str = ""
    group: str = ""
    top: bool = False


def indicators_of(factor: etree._Element, declaration: ElementDeclaration) -> tuple[Indicator, ...]:
    """The rows of a factor in document order. The class of the factor itself is given to its own values only if it has any."""
    rows: list[Indicator] = []
    _collect(factor, declaration, _Around(top=True), rows)
    return tuple(rows)


def _collect(element: etree._Element, declaration: ElementDeclaration, around: _Around, rows: list[Indicator]) -> None:
    parts: dict[str, etree._Element] = {}
    for child in element:
        parts.setdefault(child.tag, child)
    if _READING in parts:
        return
    place = text_of(parts.get("Name")) if element.tag in _PLACES else ""
    here = replace(around, place=place or around.place)
    own = _rows(parts, declaration, here)
    if not own and _CLASS in parts and not around.top:
        own = [Indicator(_label(parts, declaration, None, here), here.place, "", "", "", text_of(parts[_CLASS]))]
    rows.extend(own)
    is_group = not own and not around.top and element.tag not in _PLACES
    below = _Around(here.place, declaration.doc if is_group else around.group)
    known = declaration.type.children
    for child in element:
        if len(child):
            _collect(child, known[child.tag], below, rows)


def _rows(parts: dict[str, etree._Element], declaration: ElementDeclaration, around: _Around) -> list[Indicator]:
    rows = []
    values = [name for name in VALUES if name in parts]
    for name in values:
        norm, unit = _norm(parts, VALUES[name])
        if not norm and _CLASS not in parts:
            continue
        value = parts[name]
        unit = value.get("Unit") or unit
        conditions = parts.get(_CLASSES_OF_VALUES.get(name, _CLASS))
        own_doc = declaration.type.children[name].doc if around.top or len(values) > 1 else None
        rows.append(
            Indicator(
                label=_label(parts, declaration, own_doc, around).removesuffix(f", {unit}"),
                place=around.place,
                value=_SIGNS.get(value.get("Sign", ""), "") + _shown(value),
                unit=unit,
                norm=norm,
                conditions=None if conditions is None else text_of(conditions),
            )
        )
    return rows


def _label(
    parts: dict[str, etree._Element], declaration: ElementDeclaration, value_doc: str | None, around: _Around
) -> str:
    """The documentation of the assessed element: with its group, its substance, and its value's own where that tells more."""
    if around.top and value_doc:
        return value_doc[:1].upper() + value_doc[1:]
    label = declaration.doc or declaration.name
    code = parts.get("Kod")
    if code is not None:
        label = code.get("Name") or f"{label}: код {text_of(code)}"
    if around.group:
        label = f"{around.group}: {_lowered(label)}"
    return f"{label}, {_lowered(value_doc)}" if value_doc else label


def _lowered(doc: str) -> str:
    """The first letter small, unless it begins an abbreviation («УФ-А», «Е 3-30 МГц»)."""
    return doc[:1].lower() + doc[1:] if doc[1:2].islower() else doc


def _norm(parts: dict[str, etree._Element], names: tuple[str | tuple[str, str], ...]) -> tuple[str, str]:
    for name in names:
        if isinstance(name, str):
            if name in parts:
                return _shown(parts[name]), parts[name].get("Unit") or ""
        elif name[0] in parts and name[1] in parts:
            low, high = parts[name[0]], parts[name[1]]
            return f"{_shown(low)}–{_shown(high)}", low.get("Unit") or ""
    return "", ""


def _shown(element: etree._Element) -> str:
    """A number with a decimal comma; a code is told by its name, where the file gives one."""
    return element.get("Name") or text_of(element).replace(".", ",")
