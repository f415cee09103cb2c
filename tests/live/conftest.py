"""Real processes for the tests of the promises: Celery workers on the test's own database and broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The address of the database the test is in: that of the run, with the test database's name."""
    address = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(address._replace(path=f"/{connection.settings_dict['NAME']}"))


class Workers:
    """Starts and kills workers; every one is its own process group, so that SIGKILL reaches the pool's children too."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[bytes]] = []
        self.killed = 0

    def start(self, queues: str = "default,checks,pdf") -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "lkot.settings.test",
            "LKOT_MEDIA_ROOT": str(settings.MEDIA_ROOT),
        }
        command = [sys.executable, "-m", "celery", "-A", "lkot", "worker", "-Q", queues, "-c", "1", "-l", "WARNING"]
        command += ["--without-gossip", "--without-mingle", "-n", f"w{len(self.running)}-{time.monotonic_ns()}@test"]
        worker = subprocess.Popen(command, env=environment, start_new_session=True)
        self.running.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        self.running.remove(worker)
        self.killed += 1

    def stop(self) -> None:
        for worker in list(self.running):
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self.running.clear()


@pytest.fixture
def workers(transactional_db: None) -> Iterator[Workers]:
    from lkot.celery import app

    app.control.purge()  # messages of tests before this one are of no row here
    started = Workers()
    yield started
    started.stop()
    app.control.purge()


@pytest.fixture
def wait_for() -> Callable[[Callable[[], object], float], object]:
    """Ask until the answer is true; fails after `seconds`."""

    def wait(question: Callable[[], object], seconds: float = 60.0, every: float = 0.1) -> object:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if answer := question():
                return answer
            time.sleep(every)
        raise AssertionError(f"still not true after {seconds} s")

    return wait
