"""The museum: every rule has a report that only just passes and one that breaks exactly it."""

import pytest

from tests.violations.rules.reports import CORPORA, check_as_file
from violations.rules import context_file
from violations.rules.sout import book

PASS = sorted((CORPORA / "pass").glob("*/*.xml"))
FAIL = sorted((CORPORA / "fail").glob("*/*.xml"))


def name(path):
    return f"{path.parent.name}-{path.stem}"


@pytest.fixture(scope="module")
def asked():
    return context_file.load(CORPORA / "context.json")


@pytest.mark.parametrize("path", FAIL, ids=name)
def test_bad_report_breaks_its_own_rule_only(path, asked):
    check = check_as_file(path.read_bytes(), asked)
    assert {finding.code for finding in check.findings} == {path.parent.name}


@pytest.mark.parametrize("path", FAIL, ids=name)
def test_every_finding_has_its_line(path, asked):
    content = path.read_bytes()
    lines = content.decode().splitlines()
    for finding in check_as_file(content, asked).findings:
        assert finding.line is not None, finding.path
        element = finding.path.partition("/@")[0].rpartition("/")[2].partition("[")[0]
        assert f"<{element}" in lines[finding.line - 1]


@pytest.mark.parametrize("path", PASS, ids=name)
def test_boundary_report_is_silent(path, asked):
    assert check_as_file(path.read_bytes(), asked).findings == []


def test_every_rule_has_both():
    every = {rule.code for rule in book}
    assert {path.parent.name for path in PASS} == every
    assert {path.parent.name for path in FAIL} == every


def test_pieces_are_small():
    assert [path for path in (*PASS, *FAIL) if path.stat().st_size >= 30_000] == []
