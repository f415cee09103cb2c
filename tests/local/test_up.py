"""`bin/up` before it starts anything: what it refuses, and with which sentence."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lkot.local import up
from lkot.local.programs import programs
from lkot.local.servers import locked

REPOSITORY = Path(__file__).resolve().parents[2]


def run_up(
    state: Path, environment: Mapping[str, str] | None = None, *arguments: str
) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "LKOT_BIND"}
    }
    return subprocess.run(
        [sys.executable, "-m", "lkot.local.up", *arguments],
        cwd=REPOSITORY,
        env={**clean, "LKOT_STATE_DIR": str(state), **(environment or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_second_one_in_the_same_folder(tmp_path):
    with locked(tmp_path / up.LOCK, wait=False):
        done = run_up(tmp_path)
    assert done.returncode == 1
    assert f"already running from this folder (process {os.getpid()})" in done.stderr


def test_a_busy_port_for_the_cabinet(tmp_path, taken_port):
    done = run_up(tmp_path, {"LKOT_BIND": f"127.0.0.1:{taken_port}"})
    assert done.returncode == 1
    assert f"127.0.0.1:{taken_port} cannot be listened on" in done.stderr
    assert "LKOT_BIND=127.0.0.1:8080 bin/up" in done.stderr


def test_a_busy_port_for_the_simulator(tmp_path, taken_port):
    done = run_up(tmp_path, {"LKOT_BIND": "127.0.0.1:0", "ESIA_URL": f"http://127.0.0.1:{taken_port}"})
    assert done.returncode == 1
    assert "ESIA_URL=http://127.0.0.1:8101 bin/up" in done.stderr


def test_an_address_that_is_none(tmp_path):
    done = run_up(tmp_path, {"LKOT_BIND": "8000"})
    assert done.returncode == 1
    assert "give an address and a port" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"), ("REDIS_URL", "redis://127.0.0.1:1/0")],
)
def test_given_servers_must_answer(tmp_path, name, value):
    done = run_up(tmp_path, {"LKOT_BIND": "127.0.0.1:0", "ESIA_URL": "https://esia.example", name: value})
    assert done.returncode == 1
    assert f"{name} is set, but" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_given_database_is_not_emptied(tmp_path):
    (tmp_path / "media").mkdir()
    given = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "LKOT_BIND": "127.0.0.1:0"}
    done = run_up(tmp_path, given, "--fresh")
    assert done.returncode == 1
    assert "empty that one yourself" in done.stderr
    assert (tmp_path / "media").exists()


def test_starting_over_removes_all_but_locks(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in ("media", "postgres", "valkey"):
        (tmp_path / name / "inner").mkdir(parents=True)
    for name in (up.LOCK, up.DEMO_LOADED, "secret_key"):
        (tmp_path / name).touch()
    up.start_over(tmp_path)
    assert {entry.name for entry in tmp_path.iterdir()} == {up.LOCK}


def test_what_is_started():
    here = programs("127.0.0.1:8000", {"ESIA_URL": "http://127.0.0.1:8001"})
    assert [child.name for child in here] == ["web", "worker", "worker-checks", "worker-pdf", "beat", "esia"]
    elsewhere = programs("127.0.0.1:8000", {"ESIA_URL": "https://esia.example"})
    assert [child.name for child in elsewhere] == ["web", "worker", "worker-checks", "worker-pdf", "beat"]
