"""manage.py check_report. Only one test may touch the database: with --context the command works with PostgreSQL stopped."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registries.importing import import_registers
from tests.violations.rules.reports import CORPORA

REPOSITORY = Path(__file__).resolve().parents[3]
CONTEXT = CORPORA / "context.json"
GOOD = CORPORA / "pass" / "SOUT-COM-001" / "chairman-alone.xml"
BAD = CORPORA / "fail" / "SOUT-UNIQ-001" / "number-of-another-place.xml"
WARNED = CORPORA / "fail" / "SOUT-EMP-004" / "no-kpp.xml"
REFUSED = CORPORA / "fail" / "SOUT-FMT-001" / "inn-of-two-digits.xml"
BLOCKED = CORPORA / "fail" / "SOUT-FMT-003" / "second-report-under-one-number.xml"


def run(*files, **options):
    """Exit status, standard output and standard error."""
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("check_report", *map(str, files), context=str(CONTEXT), stdout=out, stderr=err, **options)
    except SystemExit as stop:
        status = stop.code
    return status, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([GOOD], 0),
        ([WARNED], 0),
        ([BAD], 1),
        ([GOOD, BAD], 1),
        ([REFUSED], 2),
        ([BLOCKED], 2),
        ([BAD, REFUSED, GOOD], 2),
    ],
)
def test_the_worst_file_decides(files, status):
    assert run(*files)[0] == status


def test_json_of_a_finding():
    _, out, _ = run(GOOD, BAD, json=True)
    answer = json.loads(out)
    assert answer[str(GOOD)] == {"verdict": "conforms", "findings": []}
    assert answer[str(BAD)]["verdict"] == "violations"
    (finding,) = answer[str(BAD)]["findings"]
    line = finding.pop("line")
    assert BAD.read_text(encoding="utf-8").splitlines()[line - 1].strip() == "<Id>9001</Id>"
    assert finding == {
        "code": "SOUT-UNIQ-001",
        "severity": "НАРУШ",
        "workplace": "9001",
        "path": "/Attestation/Enterprise/WorkPlaceAttested[1]/Id",
        "found": "№ 9001",
        "expected": "номер, которого нет у других действующих рабочих мест",
    }


@pytest.mark.parametrize(("path", "code"), [(REFUSED, "SOUT-FMT-001"), (BLOCKED, "SOUT-FMT-003")])
def test_json_of_a_refused_file(path, code):
    _, out, _ = run(path, json=True)
    answer = json.loads(out)[str(path)]
    assert answer["verdict"] == "refused"
    (finding,) = answer["findings"]
    assert (finding["code"], finding["severity"], finding["workplace"]) == (code, "БЛОК", None)
    assert finding["line"] > 1


def test_human_words():
    _, out, _ = run(BAD)
    assert "Не соответствует требованиям" in out
    assert "SOUT-UNIQ-001 Нарушение: Найдено не уникальное рабочее место" in out
    assert "рабочее место № 9001: Номер 9001 уже носит другое действующее рабочее место" in out
    assert "строка " in out


def test_human_words_for_a_refused_file():
    _, out, _ = run(REFUSED)
    assert "Файл не принят" in out
    assert "указано: «77»" in out or "указано: 77" in out


def test_only_some_rules():
    assert run(BAD, only="SOUT-COM-001, sout-emp-001")[0] == 0
    assert run(BAD, only="SOUT-UNIQ-001")[0] == 1


def test_an_unknown_rule_is_named():
    with pytest.raises(CommandError, match="SOUT-XYZ-001") as refusal:
        run(GOOD, only="SOUT-XYZ-001")
    assert refusal.value.returncode == 2


def test_a_missing_file_is_named(tmp_path):
    absent = tmp_path / "none.xml"
    status, out, err = run(GOOD, absent, json=True)
    assert status == 2
    assert f"Не удалось прочитать «{absent}»: файла нет." in err
    assert json.loads(out)[str(absent)]["verdict"] == "refused"


def test_a_folder_is_no_file(tmp_path):
    status, _, err = run(tmp_path)
    assert status == 2
    assert "файл не открывается" in err


def test_a_missing_context_is_named(tmp_path):
    with pytest.raises(CommandError, match="Не удалось открыть") as refusal:
        call_command("check_report", str(GOOD), context=str(tmp_path / "none.json"))
    assert refusal.value.returncode == 2


@pytest.mark.django_db
def test_without_a_context_the_database_answers():
    with pytest.raises(SystemExit, match="1"):
        call_command("check_report", str(GOOD), stdout=StringIO())
    import_registers(json.loads(CONTEXT.read_text(encoding="utf-8")))
    out = StringIO()
    call_command("check_report", str(GOOD), stdout=out)
    assert "Соответствует требованиям" in out.getvalue()


def test_postgresql_is_not_needed():
    command = [sys.executable, "manage.py", "check_report", str(BAD), "--context", str(CONTEXT), "--json"]
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        command, check=False, cwd=REPOSITORY, env=os.environ | nowhere, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert list(json.loads(done.stdout)) == [str(BAD)]
