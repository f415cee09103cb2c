"""`bin/test`: servers of its own, its exit code, and nothing left behind whatever is killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lkot.local import testing

REPOSITORY = Path(__file__).resolve().parents[2]
SLEEPS = "import os, time\ndef test_sleeps():\n    print('in', os.environ['LKOT_STATE_DIR'], flush=True)\n    time.sleep(60)\n"


@pytest.fixture
def inner(tmp_path: Path) -> list[str]:
    """The command of a run of its own, outside our project: arguments for pytest are added to it."""
    options = ["-c", os.devnull, "--rootdir", str(tmp_path), "--disable-plugin-autoload", "-q", "-s"]
    return [sys.executable, "-m", "lkot.local.testing", *options, str(tmp_path / "test_inner.py")]


@pytest.fixture
def environment() -> dict[str, str]:
    given = {"DATABASE_URL", "REDIS_URL", "LKOT_STATE_DIR", "PYTEST_ADDOPTS"}
    return {name: value for name, value in os.environ.items() if name not in given}


@contextlib.contextmanager
def sleeping(
    inner: list[str], tmp_path: Path, environment: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A run that is in the middle of a test, and its state folder."""
    (tmp_path / "test_inner.py").write_text(SLEEPS)
    process = subprocess.Popen(inner, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout
        line = next(line for line in process.stdout if line.startswith("in "))
        try:
            yield process, Path(line.split()[1])
        finally:
            process.kill()


def descendants(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_a_run_has_servers_and_leaves_nothing(inner, tmp_path, environment):
    (tmp_path / "test_inner.py").write_text(
        "import os, psycopg, redis\n"
        "def test_servers():\n"
        "    print('in', os.environ['LKOT_STATE_DIR'])\n"
        "    with psycopg.connect(os.environ['DATABASE_URL']) as connection:\n"
        "        assert connection.execute('SHOW fsync').fetchone() == ('off',)\n"
        "        assert connection.execute('SHOW autovacuum').fetchone() == ('off',)\n"
        "    redis.Redis.from_url(os.environ['REDIS_URL']).ping()\n"
    )
    done = subprocess.run(inner, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    state = next(line for line in done.stdout.splitlines() if line.startswith("in ")).split()[1]
    assert not Path(state).exists()


def test_the_exit_code_is_that_of_pytest(inner, tmp_path, environment):
    (tmp_path / "test_inner.py").write_text("def test_fails():\n    assert False\n")
    assert subprocess.run(inner, cwd=REPOSITORY, env=environment, capture_output=True, check=False).returncode == 1


def test_a_stop_signal_stops_all_of_it(inner, tmp_path, environment):
    with sleeping(inner, tmp_path, environment) as (process, state):
        family = descendants(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 128 + signal.SIGTERM
    assert not state.exists()
    assert not [member for member in family if member.is_running()]


def test_pytest_killed_outright(inner, tmp_path, environment):
    with sleeping(inner, tmp_path, environment) as (process, state):
        family = descendants(process)
        next(member for member in family if "pytest" in member.cmdline()).kill()
        assert process.wait(30) == 128 + signal.SIGKILL
    assert not state.exists()
    assert not [member for member in family if member.is_running()]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals the death of a parent")
def test_the_run_itself_killed_outright(inner, tmp_path, environment):
    with sleeping(inner, tmp_path, environment) as (process, state):
        family = descendants(process)
        process.kill()
        process.wait(30)
        deadline = time.monotonic() + 20
        while [member for member in family if member.is_running()] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not [member for member in family if member.is_running()]
    assert state.exists()
    testing.sweep(state.parent)
    assert not state.exists()
