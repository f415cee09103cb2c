"""Switches for negative tests: the simulator misbehaves the way a real system does on a bad day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

JWT_FAULTS = (
    "",
    "wrong_key",
    "expired",
    "not_yet",
    "flipped_access",
    "flipped_id",
    "no_algorithm",
    "other_client",
    "other_person",
    "other_issuer",
    "swapped",
    "other_state",
)
ANSWER_FAULTS = ("", "down", "dropped", "slow", "drip", "garbage", "odd", "huge")
PLACES = ("token", "rest")
GOST = "GOST3410_2012_256"
RS256 = "RS256"


@dataclass
class Faults:
    """`jwt`: what is wrong with tokens; `answer`: how requests of `place` fail; `seconds`: how slow slow is.

    `algorithm` is no fault: a setting of the system in ЕСИА, by which its tokens are signed.
    """

    jwt: str = ""
    answer: str = ""
    place: str = "rest"
    seconds: str = "5"
    algorithm: str = GOST

    def change(self, form: Mapping[str, str]) -> None:
        """Raises ValueError for an unknown switch."""
        known = {"jwt": JWT_FAULTS, "answer": ANSWER_FAULTS, "place": PLACES, "algorithm": (GOST, RS256)}
        for name, value in form.items():
            if name not in {field.name for field in fields(self)}:
                raise ValueError(f"no switch {name}")
            if name in known and value not in known[name]:
                raise ValueError(f"{name} is one of {known[name]}")
            if name == "seconds":
                float(value)
            setattr(self, name, value)

    def reset(self) -> None:
        for field in fields(self):
            setattr(self, field.name, field.default)

    def of(self, place: str) -> str:
        return self.answer if place == self.place else ""
