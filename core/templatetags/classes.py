"""Classes of working conditions (426-ФЗ art. 14) as chips and as a stacked bar."""

from collections.abc import Mapping

from core.templatetags.closed import ComponentError, one_of
from core.templatetags.formats import counted

# «-» is how the register writes «class not determined».
CLASS_NAMES = {
    "1": "оптимальный",
    "2": "допустимый",
    "3.1": "вредный, подкласс 3.1",
    "3.2": "вредный, подкласс 3.2",
    "3.3": "вредный, подкласс 3.3",
    "3.4": "вредный, подкласс 3.4",
    "4": "опасный",
    "-": "не определён",
}
BAR_WIDTH = 240
WORKPLACES = "рабочее место,рабочих места,рабочих мест"


def _label(value: object) -> str:
    return str(value) if value not in (None, "") else "-"


def _key(label: str) -> str:
    """The class's name in style sheets: 3.1 → 31, «-» → none."""
    return "none" if label == "-" else label.replace(".", "")


def class_chip(value: str | None, long: bool = False) -> dict[str, object]:
    """A chip with the class always written out; `long` adds the law's word for it."""
    label = _label(value)
    one_of("class_chip", "class", label, CLASS_NAMES)
    word = CLASS_NAMES[label].partition(",")[0]  # the number stands beside it
    return {"label": label, "key": _key(label), "name": word, "long": long}


def class_bar(
    counts: Mapping[str, int], label: str = "Рабочие места по классам", legend: bool = True
) -> dict[str, object]:
    """A stacked bar of workplaces by class: `counts` maps class to number; zeros and absent ones are left out.

    The numbers stand beside the bar as text, so colour is never the only bearer of meaning.
    """
    for known in counts:
        one_of("class_bar", "class", known, CLASS_NAMES)
    if any(number < 0 for number in counts.values()):
        raise ComponentError("class_bar: a number of workplaces below zero")
    total = sum(counts.values())
    parts, start = [], 0.0
    for name in CLASS_NAMES:
        number = counts.get(name, 0)
        if not number:
            continue
        width = BAR_WIDTH * number / total
        parts.append({"label": name, "key": _key(name), "number": number, "x": f"{start:.2f}", "width": f"{width:.2f}"})
        start += width
    words = ", ".join(f"класс {part['label']}: {part['number']}" for part in parts) or "нет рабочих мест"
    return {
        "parts": parts,
        "total": counted(total, WORKPLACES),
        "words": f"{label}: {words}",
        "legend": legend,
        "bar_width": BAR_WIDTH,
    }
