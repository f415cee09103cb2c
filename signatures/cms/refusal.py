"""How the checks of this package say no, and how damage in foreign bytes becomes such an answer."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.exceptions import UnsupportedAlgorithm

from signatures.verdicts import Verdict

log = logging.getLogger(__name__)

# asn1crypto parses lazily: damaged bytes surface as any of these at the first access of a field, long after load().
DAMAGE = (ValueError, OverflowError, RecursionError, UnsupportedAlgorithm)
# Inside a library these mean damage too.  Raised by a line of ours they are a mistake of ours.
SLIPS = (TypeError, LookupError, AttributeError, AssertionError, NotImplementedError)
PARSE_ERRORS = (*DAMAGE, *SLIPS)
OUR_CODE = "signatures."


class Refused(Exception):
    """A check failed: ``verdict`` says which, ``detail`` is a short Russian fact or empty."""

    def __init__(self, verdict: Verdict, detail: str = "") -> None:
        super().__init__(verdict.value)
        self.verdict = verdict
        self.detail = detail


@contextmanager
def reading(detail: str = "") -> Iterator[None]:
    """Foreign bytes are read inside: whatever damage raises becomes Refused(MALFORMED)."""
    try:
        yield
    except PARSE_ERRORS as error:
        report_own_mistake(error)
        raise Refused(Verdict.MALFORMED, detail) from error


def report_own_mistake(error: Exception) -> None:
    """Write an error of the log where code of this package, not a parser, made a slip.

    The answer stays «malformed»: nobody is let in by it and no page fails.  But it does not stay unseen; in tests it fails
    the test.  Places alone are written: the message of an exception may quote the bytes.
    """
    if not isinstance(error, SLIPS):
        return
    frames = list(traceback.walk_tb(error.__traceback__))
    if not frames or not str(frames[-1][0].f_globals.get("__name__", "")).startswith(OUR_CODE):
        return
    places = " > ".join(f"{frame.f_code.co_filename.rsplit('/', 1)[-1]}:{line}" for frame, line in frames)
    log.error("A check of a signature stumbled over its own code: %s at %s", type(error).__name__, places)
