"""The programs the cabinet consists of in development."""

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from lkot.local.supervisor import Child

REPOSITORY = Path(__file__).resolve().parents[2]
WORKER_OPTIONS = ("--without-mingle", "--without-gossip", "--loglevel", "INFO")
# Celery waits for the task it runs; after that it is killed, and the job is taken up by the next start.
WORKER_STOP_SECONDS = 15


def manage(*arguments: str) -> list[str]:
    """A management command, to be run anywhere."""
    return [sys.executable, str(REPOSITORY / "manage.py"), *arguments]


def programs(bind: str, environment: Mapping[str, str]) -> list[Child]:
    """Web server on `bind`, three workers, beat and, where ESIA_URL is on this machine, its simulator.

    Checks of reports take minutes and have a worker of their own: sealing and deliveries do not wait behind them.
    """
    found = [
        _web(bind),
        _worker("worker", "default", processes=1),
        _worker("worker-checks", "checks", processes=2),
        _worker("worker-pdf", "pdf", processes=1),
        Child("beat", _celery("beat", "--loglevel", "WARNING"), folder=str(REPOSITORY), takes_jobs=True),
    ]
    host = urlsplit(environment["ESIA_URL"]).hostname or ""
    if host in {"localhost", "::1"} or host.startswith("127."):
        found.append(_esia_simulator(environment["ESIA_URL"]))
    return found


def _web(bind: str) -> Child:
    command = [sys.executable, "-m", "gunicorn", "lkot.wsgi:application", "--bind", bind, "--no-control-socket"]
    options = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
    options += ["--logger-class", "lkot.web_logs.PathsOnly"]
    listening = bind.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]")  # noqa: S104  made reachable, not bound to
    return Child(
        "web",
        [*command, *options, "--timeout", "120", "--graceful-timeout", "5", "--log-level", "warning"],
        folder=str(REPOSITORY),
        ready_url=f"http://{listening}/",
    )


def _worker(name: str, queues: str, *, processes: int) -> Child:
    options = ["--queues", queues, "--concurrency", str(processes), "--hostname", f"{name}@%h", *WORKER_OPTIONS]
    return Child(
        name,
        _celery("worker", *options),
        folder=str(REPOSITORY),
        ready_line=" ready.",
        stop_seconds=WORKER_STOP_SECONDS,
        takes_jobs=True,
    )


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "lkot", "--quiet", *arguments]


def _esia_simulator(url: str) -> Child:
    return Child("esia", manage("run_esia_simulator"), folder=str(REPOSITORY), ready_url=url)
