"""Every vector gives its verdict: through the API and through the command."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from signatures.verification import TrustStore, verify_detached
from tests.signatures.conftest import VECTORS, expected, read

CASES = expected()["signatures"]
IDS = [f"{case['file']}-{case['verdict']}" for case in CASES]
NUMBERS = ("snils", "inn", "innle", "ogrn", "ogrnip")


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_verdict(case, vector_trust):
    (report,) = verify_detached(read(case["file"]), read(case["data"]), vector_trust, datetime.now(UTC))
    assert report.verdict.value == case["verdict"], report.detail
    for name in NUMBERS:
        if name in case:
            assert getattr(report.subject, name) == case[name]


def paths(names):
    return [str(VECTORS / name) for name in names]


def run(case, *options):
    names = expected()
    out = StringIO()
    call_command(
        "verify_signature",
        "--data", str(VECTORS / case["data"]),
        "--signature", str(VECTORS / case["file"]),
        "--roots", *paths(names["trusted_roots"]),
        "--intermediates", *paths(names["intermediates"]),
        "--crls", *paths(names["crls"]),
        *options,
        stdout=out,
    )  # fmt: skip
    return out.getvalue()


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_command_prints_it(case):
    """Without the database mark: a query would fail the test."""
    (row,) = json.loads(run(case, "--json"))
    assert set(row) == {"verdict", *NUMBERS}
    assert row["verdict"] == case["verdict"]
    for name in NUMBERS:
        if name in case:
            assert row[name] == case[name]


def test_the_command_for_people():
    text = run(CASES[0])
    assert text.startswith("ok: Подпись верна")
    assert "ИНН организации: 7704001236" in text
    assert "***-***-**5 95" in text
    assert "11223344595" not in text
    with pytest.raises(SystemExit) as stopped:
        run(CASES[1])
    assert stopped.value.code == 1


def test_the_command_as_of_another_moment():
    before = "2026-06-01T12:00:00+03:00"
    assert json.loads(run(CASES[0], "--json", "--moment", before))[0]["verdict"] == "no_revocation_data"
    for wrong in ("2026-06-01", "2026-06-01T12:00:00", "2026-13-01T12:00:00+03:00"):
        with pytest.raises(CommandError, match="--moment"):
            run(CASES[0], "--moment", wrong)


def test_files_that_are_not_there_or_not_certificates(tmp_path):
    nothing = tmp_path / "nothing"
    data = str(VECTORS / "data/doc.txt")
    with pytest.raises(CommandError, match="не читается"):
        call_command("verify_signature", "--data", data, "--signature", str(nothing), "--roots", data)
    with pytest.raises(CommandError, match="не читается"):
        call_command("verify_signature", "--data", data, "--signature", data, "--roots", data)


@pytest.mark.django_db
def test_without_trust_options_the_list_of_the_installation_is_asked():
    out = StringIO()
    case = CASES[0]
    files = ("--data", str(VECTORS / case["data"]), "--signature", str(VECTORS / case["file"]))
    call_command("verify_signature", *files, "--json", stdout=out)
    assert json.loads(out.getvalue())[0]["verdict"] == "no_trusted_chain"
    assert connection.connection is not None


def test_what_a_report_tells(vector_trust):
    (report,) = verify_detached(read("sig/head.p7s"), read("data/doc.txt"), vector_trust, datetime.now(UTC))
    assert report.ok
    assert report.qualified
    assert report.subject.o == 'ООО "РОМАШКА"'
    assert [link.name for link in report.chain] == [
        'ООО "РОМАШКА"',
        "Учебный аккредитованный УЦ (тест)",
        "Учебный головной УЦ (тест)",
    ]
    assert {used.issuer for used in report.revocation_lists} == {link.name for link in report.chain[1:]}
    assert report.not_before < datetime.now(UTC) < report.not_after
    assert len(report.thumbprint) == 40
    assert report.signing_time is not None
    assert report.advice == ""


def test_the_moment_decides(vector_trust):
    signature, data = read("sig/head.p7s"), read("data/doc.txt")

    def at(moment):
        return verify_detached(signature, data, vector_trust, moment)[0].verdict.value

    assert at(datetime(2035, 12, 1, tzinfo=UTC)) == "ok"
    assert at(datetime(2036, 2, 1, tzinfo=UTC)) == "no_trusted_chain"  # the root has expired too
    assert at(datetime(2025, 6, 1, tzinfo=UTC)) == "not_yet_valid"
    assert at(datetime.now(UTC) - timedelta(days=200)) == "no_revocation_data"
    with pytest.raises(ValueError, match="time zone"):
        at(datetime(2026, 12, 1))


def test_nobody_is_trusted_by_an_empty_store():
    (report,) = verify_detached(read("sig/head.p7s"), read("data/doc.txt"), TrustStore(), datetime.now(UTC))
    assert report.verdict == "no_trusted_chain"
    assert "Учебный аккредитованный УЦ" in report.explanation
