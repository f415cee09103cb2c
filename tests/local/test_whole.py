"""`bin/up` as a person runs it: started, killed outright, started again on the same data, stopped by Ctrl-C."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from lkot.local import places, processes

REPOSITORY = Path(__file__).resolve().parents[2]
GREETING = "Cabinet: http"  # the last words: by then the workers are there too
NAMES_OF_PROGRAMS = {"web", "worker", "worker-checks", "worker-pdf", "beat", "esia"}
pytestmark = pytest.mark.slow


class Cabinet:
    """One run of `bin/up` on a state folder and ports of its own."""

    def __init__(self, state: Path, port: int, esia_port: int) -> None:
        self.state, self.port = state, port
        given = {"DATABASE_URL", "REDIS_URL", "LKOT_PUBLIC_URL", "LKOT_STATE_DIR", "DJANGO_SETTINGS_MODULE"}
        environment = {name: value for name, value in os.environ.items() if name not in given}
        environment |= {
            "LKOT_STATE_DIR": str(state),
            "LKOT_BIND": f"127.0.0.1:{port}",
            "ESIA_URL": f"http://127.0.0.1:{esia_port}",
        }
        command = [sys.executable, "-m", "lkot.local.up", "--no-demo"]
        self.process = subprocess.Popen(
            command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        self.said.extend(iter(self.process.stdout.readline, ""))

    def wait_until_it_greets(self, seconds: float = 240) -> None:
        deadline = time.monotonic() + seconds
        while not any(GREETING in line for line in self.said):
            assert self.process.poll() is None, "".join(self.said)
            assert time.monotonic() < deadline, "".join(self.said)
            time.sleep(0.1)

    def status_of(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(60)
        self._reader.join(10)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def left_running(self) -> list[str]:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                ours = process.environ().get(processes.MARK) == str(self.state)
                if (ours or process.cwd() == str(self.state / "postgres")) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(process.cmdline())[:80])
        return found


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [server.getsockname()[1] for server in servers]


@pytest.fixture
def state() -> Iterator[Path]:
    """A folder that any account of a server may enter, so that all data lies in it."""
    folder = Path(tempfile.mkdtemp(prefix="lkot-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def query(state: Path, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(places.remembered(state)["DATABASE_URL"]) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_started_killed_started_again_and_stopped(state):
    ports = free_ports(2)
    cabinet = Cabinet(state, *ports)
    cabinet.wait_until_it_greets()
    assert cabinet.status_of("/") == 200
    query(state, "CREATE TABLE kept AS SELECT 1 AS number")
    cabinet.end(signal.SIGKILL)

    again = Cabinet(state, *ports)
    again.wait_until_it_greets()
    assert query(state, "SELECT number FROM kept") == [(1,)]
    assert again.status_of("/health/ready/") == 200
    assert again.status_of("/") == 200
    assert again.end(signal.SIGINT) == 0, "".join(again.said)
    assert again.left_running() == []
    assert "Traceback" not in "".join(again.said)
    assert not [line for line in again.said if line.split(" ")[0] in NAMES_OF_PROGRAMS], "a quiet run says nothing else"
