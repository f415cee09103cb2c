"""Starting processes that do not outlive us, and ending those that a killed run left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import psutil

# Every supervised process carries it with the state folder as its value, and hands it on to its own children.
MARK = "LKOT_SUPERVISED_FOR"
PR_SET_PDEATHSIG = 1


def start(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: str | None = None,
    output: int | IO[Any] | None = None,
    own_session: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a process that, on Linux, gets SIGTERM when we die; `own_session` keeps our terminal's Ctrl-C off it."""
    return subprocess.Popen(
        command,
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL if own_session else None,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=own_session,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  we have one thread
    )


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to a process and all it started, where it was started with its own session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def end_marked(mark: str, *, patience: float = 5) -> int:
    """End every process that carries the mark, but us and our ancestors: SIGTERM, then SIGKILL. How many there were."""
    family = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return _end(
        [process for process in psutil.process_iter() if process.pid not in family and _mark_of(process) == mark],
        patience,
    )


def _mark_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None


def end_inside(folder: Path, *, patience: float = 10) -> int:
    """End every process whose working folder is `folder`, as PostgreSQL's is its data. How many there were."""
    return _end(
        [process for process in psutil.process_iter() if _folder_of(process) == str(folder)], patience, signal.SIGINT
    )


def _folder_of(process: psutil.Process) -> str | None:
    try:
        return process.cwd()
    except (psutil.Error, OSError):
        return None


def _end(processes: Iterable[psutil.Process], patience: float, first: int = signal.SIGTERM) -> int:
    found = list(processes)
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(first)
    _, alive = psutil.wait_procs(found, timeout=patience)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=patience)
    return len(found)


def wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the process ended within `seconds`."""
    deadline = time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
