"""`bin/up`: servers, migrations, demo data, then everything the cabinet consists of under one supervisor."""

import argparse
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from lkot.local import processes
from lkot.local.account import NoAccount, server_account
from lkot.local.places import forget, lay_out, remember
from lkot.local.postgres import NoPostgres
from lkot.local.programs import manage, programs
from lkot.local.servers import Busy, kept_servers, locked
from lkot.local.supervisor import Child, ChildFailed, StopRequested, Supervisor
from lkot.local.valkey import NoValkey

REPOSITORY = Path(__file__).resolve().parents[2]
LOCK = "up.lock"
KEPT_WHEN_FRESH = (LOCK, "environment.lock", "empty-cluster")  # held by us, or of bin/prepare and bin/test
DEMO_LOADED, MIGRATED = "demo-loaded", "migrated"
CELERY_IN_PASSING = (
    r" INFO |Warm shutdown|superuser privileges|not recommended|--uid option|User information|_security_error"
)
PASSING = {
    "postgres": r"^LOG:",
    "valkey": r"",
    "worker": CELERY_IN_PASSING,
    "worker-checks": CELERY_IN_PASSING,
    "worker-pdf": CELERY_IN_PASSING,
    "esia": r"^ESIA simulator:",
}


class CannotStart(Exception):
    """One sentence for the terminal: what is wrong and what to do."""


def main(arguments: list[str]) -> int:
    """Run until a stop signal: 0 then, 1 where the cabinet cannot start."""
    options = _parse(arguments)
    state = Path(os.environ.get("LKOT_STATE_DIR") or REPOSITORY / ".local").resolve()
    try:
        with locked(state / LOCK, wait=False):
            _run(state, fresh=options.fresh, demo=not options.no_demo)
    except Busy as holder:
        return _complain(f"The cabinet is already running from this folder (process {holder}): stop that one first.")
    except (CannotStart, NoAccount, NoPostgres, NoValkey, ChildFailed, PermissionError) as problem:
        return _complain(str(problem))
    except StopRequested:
        print("Stopped.")
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/up", description="Set up and start the cabinet; Ctrl-C stops all of it.")
    parser.add_argument(
        "--fresh", action="store_true", help="start over: remove the data of the embedded servers and files"
    )
    parser.add_argument("--no-demo", action="store_true", help="do not load the demo data into a new database")
    return parser.parse_args(arguments)


def _complain(sentence: str) -> int:
    print(f"bin/up: {sentence}", file=sys.stderr)
    return 1


def _run(state: Path, *, fresh: bool, demo: bool) -> None:
    bind = os.environ.get("LKOT_BIND") or "127.0.0.1:8000"
    environment = _environment(state, bind)
    with Supervisor(_show, mark=str(state), environment=environment) as supervisor:
        processes.end_marked(str(state))  # what a supervisor that was killed outright left running
        if fresh:
            start_over(state)
        _check_ports(bind, environment["ESIA_URL"])
        _start_servers(supervisor, state)
        _migrate(supervisor, state)
        print("Starting the cabinet", flush=True)
        faces, workers = _programs(supervisor, bind)
        # Pages first: on two cores all programs at once keep the first page waiting twice as long. What is
        # uploaded before the workers are there waits in its table.
        supervisor.start(*faces)
        if demo and not (state / DEMO_LOADED).exists():
            _load_demo(supervisor, state)
        print(f"\n  The cabinet is at {environment['LKOT_PUBLIC_URL']}/  (Ctrl-C stops it)\n", flush=True)
        people = processes.start(manage("demo_people"), environment=supervisor.environment, output=subprocess.PIPE)
        supervisor.start(*workers)
        _show_people(people)
        supervisor.watch()
        print("Stopping", flush=True)


def _environment(state: Path, bind: str) -> dict[str, str]:
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit():
        raise CannotStart(f"LKOT_BIND is {bind!r}: give an address and a port, such as 127.0.0.1:8000.")
    reached_at = "127.0.0.1" if host in {"0.0.0.0", "[::]"} else host  # noqa: S104  compared, not bound to
    return {
        "LKOT_STATE_DIR": str(state),
        "LKOT_PUBLIC_URL": os.environ.get("LKOT_PUBLIC_URL") or f"http://{reached_at}:{port}",
        "ESIA_URL": os.environ.get("ESIA_URL") or "http://127.0.0.1:8001",
        "DJANGO_SETTINGS_MODULE": os.environ.get("LKOT_SETTINGS") or "lkot.settings.development",
        "PYTHONUNBUFFERED": "1",
    }


def start_over(state: Path) -> None:
    """Remove everything in the state folder. Raises CannotStart where the database is not ours to empty."""
    if os.environ.get("DATABASE_URL"):
        raise CannotStart(
            "--fresh removes the embedded database only, and DATABASE_URL is set: empty that one yourself."
        )
    places = lay_out(state, server_account())
    processes.end_inside(places.postgres.resolve())
    forget(places)
    for entry in state.iterdir():
        if entry.name.startswith(KEPT_WHEN_FRESH):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _check_ports(*addresses: str) -> None:
    for address in addresses:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host, port = parts.hostname or "", 80 if parts.port is None else parts.port
        if "://" in address and not _is_local(host):
            continue  # somebody else's server
        try:
            with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
                pass
        except OSError as problem:
            why = os.strerror(problem.errno) if problem.errno else str(problem)
            setting = "ESIA_URL=http://127.0.0.1:8101" if "://" in address else "LKOT_BIND=127.0.0.1:8080"
            raise CannotStart(
                f"{host}:{port} cannot be listened on ({why}): "
                f"stop the program that uses it, or start with {setting} bin/up."
            ) from None


def _is_local(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def _start_servers(supervisor: Supervisor, state: Path) -> None:
    """Embedded servers for what the environment does not name; what it names must answer."""
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    if "DATABASE_URL" in given:
        _must_answer_postgres(given["DATABASE_URL"])
    if "REDIS_URL" in given:
        _must_answer_redis(given["REDIS_URL"])
    servers = kept_servers(state, database="DATABASE_URL" not in given, broker="REDIS_URL" not in given)
    supervisor.start(*servers.children)
    supervisor.set_environment(servers.addresses)
    remember(state, servers.addresses)


def _must_answer_postgres(url: str) -> None:
    import psycopg  # takes long to import, and is seldom needed

    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as problem:
        raise CannotStart(f"DATABASE_URL is set, but that database does not answer: {problem}") from None


def _must_answer_redis(url: str) -> None:
    import redis  # as above

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            client.ping()
    except redis.RedisError as problem:
        raise CannotStart(f"REDIS_URL is set, but that server does not answer: {problem}") from None


def _migrate(supervisor: Supervisor, state: Path) -> None:
    """Bring the database up to date; skipped where the embedded one has seen these very migrations (seconds a start)."""
    edition = _edition_of_migrations()
    stamp = state / MIGRATED
    if not os.environ.get("DATABASE_URL") and stamp.exists() and stamp.read_text() == edition:
        return
    print("Migrating the database", flush=True)
    if supervisor.run(manage("migrate", "--verbosity", "0")):
        raise CannotStart("the database could not be migrated (see above).")
    stamp.write_text(edition)


def _edition_of_migrations() -> str:
    """A digest of our migrations and of the versions of everybody else's."""
    ours = [path for pattern in ("*/migrations/*.py", "*/*/migrations/*.py") for path in REPOSITORY.glob(pattern)]
    digest = hashlib.sha256()
    for path in [REPOSITORY / "requirements" / "local.txt", *sorted(ours)]:
        digest.update(os.fsencode(path.relative_to(REPOSITORY)) + path.read_bytes())
    return digest.hexdigest()


def _programs(supervisor: Supervisor, bind: str) -> tuple[list[Child], list[Child]]:
    """What people see, and what takes jobs (the demo does its jobs itself, so before there are workers to do them)."""
    found = programs(bind, supervisor.environment)
    return [each for each in found if not each.takes_jobs], [each for each in found if each.takes_jobs]


def _load_demo(supervisor: Supervisor, state: Path) -> None:
    """Once a database. It is idempotent, so one that was interrupted is run again."""
    print("Loading the demo data", flush=True)
    if code := supervisor.run(manage("load_demo")):
        raise CannotStart(
            f"the demo data could not be loaded (code {code}, see above): "
            "start bin/up again to go on with it, or bin/up --no-demo to do without."
        )
    (state / DEMO_LOADED).touch()


def _show_people(people: subprocess.Popen[bytes]) -> None:
    """Whom to sign in as."""
    text, _ = people.communicate()
    if people.returncode == 0:
        print(text.decode(), flush=True)


def _show(name: str, line: str) -> None:
    """Print a line of a child; what is said in passing is left out (a child that fails to start tells it all)."""
    passing = PASSING.get(name)
    if passing is None or not re.search(passing, line):
        print(f"{name:<10} | {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
