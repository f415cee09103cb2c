"""What the guide quotes is what the cabinet says."""

import re
from functools import cache

import pytest

from tests.local.test_house_limits import REPOSITORY

TROUBLES = REPOSITORY / "docs/guide/06-troubles.md"
SOURCES = ("templates", "static/js", "accounts", "core", "signatures", "sout_reports", "violations")


def quotes() -> list[str]:
    """The texts in «…» of the column «Что вы видите»."""
    rows = [line.split("|")[1] for line in TROUBLES.read_text().splitlines() if line.startswith("|")]
    return [text for row in rows for text in re.findall("«([^»]+)»", row)]


@cache
def said() -> str:
    files = (path for folder in SOURCES for path in (REPOSITORY / folder).rglob("*"))
    return "\n".join(path.read_text() for path in files if path.suffix in {".py", ".html", ".js"})


@pytest.mark.parametrize("text", quotes())
def test_the_guide_quotes_texts_that_exist(text: str) -> None:
    assert text.rstrip(".") in said()
