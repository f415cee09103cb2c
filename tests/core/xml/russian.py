"""Whether a sentence is ours: Russian, with no words of a parser in it."""

from __future__ import annotations

import re

from core.xml import Defect

# What is written in Latin letters in Russian sentences too.
_KNOWN = re.compile(
    r"XML|DOCTYPE|CDATA|UTF-(?:8|16|32)|xmlns|xsi:nil|xml:id|windows-1251|koi8-u|[«(]?<[^>]*>|[NLG]{2,}|GUID"
)
_QUOTED = re.compile(r"«[^»]*»")
_LATIN = re.compile(r"[A-Za-z]{3,}")


def assert_russian(defect: Defect) -> None:
    """The message is a sentence; neither it nor what stands beside it has Latin words outside of quotes."""
    assert re.match(r"[А-ЯЁ]", defect.message), defect
    assert defect.message.endswith("."), defect
    for text in (defect.message, defect.expected, defect.advice):
        left = _LATIN.findall(_KNOWN.sub("", _QUOTED.sub("", text)))
        assert not left, (left, defect)
