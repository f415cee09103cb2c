"""Hostile documents: each is refused with a Russian sentence, in bounded time and memory, in a process of its own."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sout_reports.document.hostile import HOSTILE

REPOSITORY = Path(__file__).resolve().parents[3]
SECONDS = 60  # a document; the longest takes a few on an idle machine
MEGABYTES = 250  # the whole process; about 120 were measured
TEXTS = 2_000_000  # characters of all problems that are kept
LATIN = re.compile(r"[A-Za-z]{3,}")
KNOWN = re.compile(r"«[^»]*»|XML|DOCTYPE|CDATA|UTF-(?:8|16|32)|xmlns|xsi:nil|xml:id|windows-1251")


@pytest.fixture(scope="module")
def verdicts() -> dict[str, dict[str, Any]]:
    """What became of each document."""
    command = [sys.executable, "-m", "tests.sout_reports.document.hostile", "--quick"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=900, check=True)
    return {verdict["name"]: verdict for verdict in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", HOSTILE)
def test_refused(name: str, verdicts: dict[str, dict[str, Any]]) -> None:
    verdict = verdicts[name]
    assert verdict["told"], "it was taken for a report"
    for problem in verdict["told"]:
        assert re.fullmatch(r"SOUT-FMT-001|FILE-[A-Z-]+", problem["code"])
        assert problem["message"].endswith(".")
        for part in ("message", "expected", "advice"):
            assert not LATIN.findall(KNOWN.sub("", problem[part])), problem
    assert verdict["seconds"] < SECONDS
    assert verdict["megabytes"] < MEGABYTES
    assert verdict["texts"] < TEXTS


CODES = {
    "external-entity": "FILE-DOCTYPE",
    "entity-bomb": "FILE-DOCTYPE",
    "doctype-utf-16": "FILE-DOCTYPE",
    "attributes-500000": "FILE-LIMIT",
    "depth-100000": "FILE-LIMIT",
    "one-gigabyte-of-unknown": "FILE-LIMIT",
    "long-text": "FILE-LIMIT",
    "comments": "FILE-LIMIT",
    "wrong-encoding": "FILE-ENCODING",
    "utf-16-said-utf-8-meant": "FILE-ENCODING",
    "truncated": "SOUT-FMT-001",
    "duplicate-attribute": "SOUT-FMT-001",
    "nul-bytes": "SOUT-FMT-001",
    "empty": "FILE-EMPTY",
    "text": "FILE-NOT-XML",
}


@pytest.mark.parametrize("name", CODES)
def test_code(name: str, verdicts: dict[str, dict[str, Any]]) -> None:
    assert verdicts[name]["told"][-1]["code"] == CODES[name]


def test_nothing_outside_is_read(verdicts: dict[str, dict[str, Any]]) -> None:
    assert "root:" not in json.dumps(verdicts, ensure_ascii=False)
