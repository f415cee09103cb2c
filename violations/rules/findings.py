"""What a rule says: a defect of one object, and the finding that the rulebook makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from violations.rules.severity import Severity


class Placed(Protocol):
    """Anything that stands for one workplace: `document.model.Workplace` as read, `WorkplaceTally` as kept."""

    @property
    def ordinal(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def path(self) -> str: ...


@dataclass(slots=True, frozen=True)
class Defect:
    """One defect, as a rule yields it.

    `message` is one Russian sentence about this object; `found` and `expected` are short and hold no personal data.
    `object_ordinal` is the stable place of the object in the file (of the workplace, the expert, the group…) and
    `part` tells apart several defects of one object, so that a re-check finds the same flag again.
    `path` is the XPath with ordinals of the element to look at.
    """

    message: str
    found: str
    expected: str
    path: str
    object_ordinal: int
    part: str = ""
    workplace: str | None = None
    workplace_ordinal: int | None = None
    advice: str = ""  # of a rule that refuses the file: what its sender is to do


@dataclass(slots=True, frozen=True)
class Finding:
    """A defect with the rule that found it. `line` is 1-based inside the unpacked document, None until it is located."""

    code: str
    severity: Severity
    message: str
    found: str
    expected: str
    path: str
    object_ordinal: int
    part: str = ""
    workplace: str | None = None
    workplace_ordinal: int | None = None
    line: int | None = None
    advice: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """The identity of the flag inside its report: rule, object, part."""
        return (self.code, self.object_ordinal, self.part)


def at_workplace(workplace: Placed, message: str, *, found: str, expected: str, at: str = "", part: str = "") -> Defect:
    """A defect of a workplace. `at` is the rest of the path below its element: «Id», «Factors/Noise»."""
    return Defect(
        message=message,
        found=found,
        expected=expected,
        path=f"{workplace.path}/{at}" if at else workplace.path,
        object_ordinal=workplace.ordinal,
        part=part,
        workplace=workplace.number,
        workplace_ordinal=workplace.ordinal,
    )
