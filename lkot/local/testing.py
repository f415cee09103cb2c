"""`bin/test`: run pytest on a pair of servers of its own, and leave nothing behind."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from lkot.local import processes
from lkot.local.account import NoAccount
from lkot.local.postgres import NoPostgres
from lkot.local.servers import Busy, locked, throw_away_servers
from lkot.local.supervisor import ChildFailed, StopRequested, Supervisor
from lkot.local.valkey import NoValkey

REPOSITORY = Path(__file__).resolve().parents[2]
PREFIX = "lkot-test-"
LOCK = "in-use.lock"
PROCESSES_MAX = 4  # each makes its database and may start Chromium: more of them wait for the disk
LONGEST_FOLDER = 40  # leaves room for the names of sockets


def main(arguments: list[str]) -> int:
    """Run pytest (or the module after `--run`); its exit code, as a shell's after a signal, 1 where servers do not start."""
    sweep(temporary_folder())
    state = Path(tempfile.mkdtemp(prefix=PREFIX, dir=temporary_folder()))
    log = state / "servers.log"
    try:
        with locked(state / LOCK, wait=False), log.open("w") as lines:
            return _run(state, arguments, lambda name, line: print(f"{name}: {line}", file=lines, flush=True))
    except (NoAccount, NoPostgres, NoValkey, ChildFailed) as problem:
        print(f"bin/test: {problem}", file=sys.stderr)
        return 1
    except StopRequested as stop:
        return 128 + stop.number
    finally:
        remove(state)


def _run(state: Path, arguments: list[str], say: Callable[[str, str], None]) -> int:
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    environment = {"LKOT_STATE_DIR": str(state), "DJANGO_SETTINGS_MODULE": "lkot.settings.test", **given}
    with Supervisor(say, mark=str(state), environment=environment) as supervisor:
        servers = throw_away_servers(
            state,
            REPOSITORY / ".local",
            database="DATABASE_URL" not in given,
            broker="REDIS_URL" not in given,
            autovacuum=_runs_a_module(arguments),  # what is measured has it, as in production
        )
        supervisor.start(*servers.children)
        supervisor.set_environment(servers.addresses)
        code = supervisor.run([sys.executable, "-m", *_module(arguments)], in_terminal=True)
        return code if code >= 0 else 128 - code


def _runs_a_module(arguments: list[str]) -> bool:
    return arguments[:1] == ["--run"]


def _module(arguments: list[str]) -> list[str]:
    """pytest, or the module that `--run` names (bin/bench measures on such servers too), with its arguments.

    Without arguments all tests run, in as many processes as there are cores, each with a database of its own.
    """
    if _runs_a_module(arguments):
        return arguments[1:]
    processes_wanted = min(os.cpu_count() or 1, PROCESSES_MAX)
    spread = ["--numprocesses", str(processes_wanted), "--dist", "worksteal"]
    return ["pytest", *(arguments or (spread if processes_wanted > 1 else []))]


def temporary_folder() -> Path:
    """The folder for temporary folders, /tmp where it is too long for the paths of sockets."""
    folder = tempfile.gettempdir()
    return Path(folder if len(folder) <= LONGEST_FOLDER else "/tmp")  # noqa: S108  mkdtemp makes the folder ours


def remove(state: Path) -> None:
    """Remove the folder of a run, ending first what its tests have left running."""
    processes.end_marked(str(state), patience=2)
    shutil.rmtree(state, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what runs that were killed outright left in `folder`."""
    for state in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(Busy, OSError):
            if (state / LOCK).exists():
                with locked(state / LOCK, wait=False):
                    remove(state)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
