"""How the checks of this package say no."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm

from signatures.verdicts import Verdict

# asn1crypto parses lazily: damaged bytes surface as any of these at the first access of a field,
# long after load().  Every check of foreign bytes runs inside `except PARSE_ERRORS`.
PARSE_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    UnsupportedAlgorithm,
)


class Refused(Exception):
    """A check failed: ``verdict`` says which, ``detail`` is a short Russian fact or empty."""

    def __init__(self, verdict: Verdict, detail: str = "") -> None:
        super().__init__(verdict.value)
        self.verdict = verdict
        self.detail = detail
