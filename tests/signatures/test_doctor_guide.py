"""What the guide quotes of the doctor is what the doctor says."""

import re

import pytest

from tests.local.test_guide import said
from tests.local.test_house_limits import REPOSITORY

GUIDE = REPOSITORY / "docs/guide/13-signature-doctor.md"


def quotes() -> list[str]:
    """The texts in «…» of the first column of the last table."""
    table = GUIDE.read_text().partition("## Что говорит система")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    return [text for row in rows for text in re.findall("«((?:[^«»]|«[^«»]*»)+)»", row)]


@pytest.mark.parametrize("text", quotes())
def test_the_guide_quotes_texts_that_exist(text: str) -> None:
    assert text.rstrip(".") in said()


def test_the_guide_quotes_something() -> None:
    assert len(quotes()) > 15
