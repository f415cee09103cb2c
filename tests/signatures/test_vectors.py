"""Every vector gives its verdict: through the API and through the command."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import chain
from pathlib import Path

import pytest
from asn1crypto import pem
from django.core.management import CommandError, call_command
from django.db import connection

from signatures.verification import TrustStore, verify_detached
from simulators.demo_ca import sign
from tests.signatures.conftest import DOCUMENT, VECTORS, expected, read

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
    data, root = str(VECTORS / "data/doc.txt"), str(VECTORS / "certs/root.crt")
    for wrong in (nothing, tmp_path):
        for option in ("--data", "--signature", "--roots", "--intermediates", "--crls"):
            given = {"--data": data, "--signature": data, "--roots": root, option: str(wrong)}
            with pytest.raises(CommandError, match=f"{wrong}: файл не читается"):
                call_command("verify_signature", *chain.from_iterable(given.items()))
    empty = tmp_path / "empty"
    empty.touch()
    for wrong in (empty, VECTORS / "data/doc.txt", VECTORS / "expected.json"):
        for option, what in (
            ("--roots", "сертификаты"),
            ("--intermediates", "сертификаты"),
            ("--crls", "списки отзыва"),
        ):
            with pytest.raises(CommandError, match=f"{wrong}: {what} не читаются"):
                call_command("verify_signature", "--data", data, "--signature", data, option, str(wrong))
    for option in ("--roots", "--intermediates"):  # the one in the place of the other
        with pytest.raises(CommandError, match="сертификаты не читаются"):
            call_command("verify_signature", "--data", data, "--signature", data, option, str(VECTORS / "crl/root.crl"))
    with pytest.raises(CommandError, match="списки отзыва не читаются"):
        call_command("verify_signature", "--data", data, "--signature", data, "--crls", root)


def test_an_empty_signature_and_an_empty_document(tmp_path):
    empty = str(tmp_path / "empty")
    Path(empty).touch()
    case = CASES[0]
    assert json.loads(run(case, "--signature", empty, "--json")) == [{"verdict": "malformed", **dict.fromkeys(NUMBERS)}]
    (row,) = json.loads(run(case, "--data", empty, "--json"))
    assert (row["verdict"], row["snils"]) == ("content_digest_mismatch", "11223344595")


def test_one_object_for_each_signer(demo, tmp_path):
    """In the order of the file, each with its own numbers; without --json the worst of them is the exit status."""
    other = demo.issue(title="Работник", innle="", ogrn="", organization="", snils="08765430300", inn="")
    files = {
        "data": DOCUMENT,
        "signature": sign(DOCUMENT, demo.signer, demo.authority.signer(other)),
        "roots": demo.authority.root.dump(),
        "intermediates": pem.armor("CERTIFICATE", demo.authority.issuing.dump()),
        "crls": b"".join(pem.armor("X509 CRL", der) for der in demo.authority.revocation_lists),
    }
    options = []
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        options += [f"--{name}", str(path)]
    out = StringIO()
    call_command("verify_signature", *options, "--json", stdout=out)
    rows = json.loads(out.getvalue())
    assert [set(row) for row in rows] == [{"verdict", *NUMBERS}] * 2
    assert {(row["verdict"], row["snils"], row["innle"]) for row in rows} == {
        ("ok", "11223344595", "7704001236"),
        ("ok", "08765430300", None),
    }
    out = StringIO()
    call_command("verify_signature", *options, stdout=out)
    assert out.getvalue().count("ok: ") == 2


ANYWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def process(*options):
    """The command as a process of its own, that could reach neither database nor cache."""
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_signature", *options],
        env=os.environ | {"DATABASE_URL": ANYWHERE, "REDIS_URL": "redis://127.0.0.1:1/0"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def test_a_process_of_its_own(tmp_path):
    """Bundles with a text between, DER, several files for one option, an option given twice."""
    names = expected()
    roots = [pem.unarmor(read(name))[2] for name in names["trusted_roots"]]
    (tmp_path / "bundle.pem").write_bytes(
        b"\n".join(b"# a root\n" + pem.armor("CERTIFICATE", der) for der in roots[:2])
    )
    (tmp_path / "root.der").write_bytes(roots[2])
    (tmp_path / "sub.der").write_bytes(pem.unarmor(read("certs/sub.crt"))[2])
    (tmp_path / "root.crl").write_bytes(pem.unarmor(read("crl/root.crl"))[2])
    trust = [
        "--roots", str(tmp_path / "bundle.pem"), str(tmp_path / "root.der"),
        "--intermediates", str(tmp_path / "sub.der"),
        "--crls", str(tmp_path / "root.crl"), str(VECTORS / "crl/sub.crl"),
        "--crls", *paths(["crl/root512.crl", "crl/rsaroot.crl"]),
    ]  # fmt: skip
    for name, verdict in (("head_rsa.p7s", "ok"), ("revoked.p7s", "revoked")):
        files = ["--data", str(VECTORS / "data/doc.txt"), "--signature", str(VECTORS / "sig" / name)]
        done = process(*files, *trust, "--json")
        assert done.returncode == 0, done.stderr
        (row,) = json.loads(done.stdout)
        assert set(row) == {"verdict", *NUMBERS}
        assert row["verdict"] == verdict
    done = process(*files, *trust[:-1], str(tmp_path))
    assert done.returncode == 1
    assert "файл не читается" in done.stderr


@pytest.mark.parametrize("day", [(2026, 11, 27), (2030, 2, 28), (2034, 12, 31)])
def test_verdicts_hold_until_2035(day, vector_trust):
    moment = datetime(*day, tzinfo=UTC)
    for case in CASES:
        (report,) = verify_detached(read(case["file"]), read(case["data"]), vector_trust, moment)
        assert report.verdict.value == case["verdict"], (case["file"], report.detail)


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
