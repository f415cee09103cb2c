"""The pair of embedded servers, for `bin/up` (durable, kept) and for `bin/test` (fast, thrown away)."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lkot.local import processes
from lkot.local.account import server_account
from lkot.local.places import Places, lay_out, server_home
from lkot.local.postgres import (
    LOCALE,
    NoPostgres,
    Postgres,
    copy_cluster,
    create_cluster,
    find_postgres,
    major,
    postgres_child,
)
from lkot.local.supervisor import Child
from lkot.local.valkey import find_valkey, valkey_child


class Busy(Exception):
    """Another process of ours holds the lock; the text is its number."""


@dataclass(frozen=True)
class Servers:
    """What to start, and the addresses under which it will answer."""

    children: list[Child]
    addresses: dict[str, str]


@contextlib.contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold a lock that the system drops however we die. Raises Busy where it is held and `wait` is false."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            lock.seek(0)
            raise Busy(lock.read().strip()) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def kept_servers(state: Path, *, database: bool, broker: bool) -> Servers:
    """Servers whose data stays in `state`; what a killed run left behind is ended first. Hold the lock of `state`.

    `database` and `broker` say which of the two are wanted.
    """
    processes.end_marked(str(state))
    children: list[Child] = []
    addresses: dict[str, str] = {}
    account = server_account()
    places = lay_out(state, account)
    if database:
        postgres = find_postgres(account)
        _clear_stale(places)
        if not places.postgres.exists():
            create_cluster(postgres, places.postgres)
        _same_major(postgres, places)
        children.append(postgres_child(postgres, places))
        addresses["DATABASE_URL"] = places.database_url
    if broker:
        children.append(valkey_child(find_valkey(), places))
        addresses["REDIS_URL"] = places.redis_url
    return Servers(children, addresses)


def _clear_stale(places: Places) -> None:
    """End a PostgreSQL that survived its supervisor; drop a pid file whose number may be another process's by now."""
    if places.postgres.exists():
        processes.end_inside(places.postgres.resolve())
        (places.postgres / "postmaster.pid").unlink(missing_ok=True)


def _same_major(postgres: Postgres, places: Places) -> None:
    made_by = int((places.postgres / "PG_VERSION").read_text())
    if made_by != major(postgres.binaries):
        raise NoPostgres(
            f"PostgreSQL {made_by} made the data in {places.postgres}, and this is {major(postgres.binaries)}: "
            "dump it with the earlier version, or start over with `bin/up --fresh`."
        )


def throw_away_servers(state: Path, cache: Path, *, database: bool, broker: bool, autovacuum: bool = True) -> Servers:
    """Servers for one test run in the new folder `state`; an empty cluster is kept in `cache` to be copied."""
    children: list[Child] = []
    addresses: dict[str, str] = {}
    account = server_account()
    if account.uid is not None:
        state.chmod(0o711)
    places = lay_out(state, account)
    if database:
        postgres = find_postgres(account)
        copy_cluster(postgres, empty_cluster(postgres, cache), places.postgres)
        children.append(postgres_child(postgres, places, throw_away=True, autovacuum=autovacuum))
        addresses["DATABASE_URL"] = places.database_url
    if broker:
        children.append(valkey_child(find_valkey(), places, throw_away=True))
        addresses["REDIS_URL"] = places.redis_url
    return Servers(children, addresses)


def empty_cluster(postgres: Postgres, cache: Path) -> Path:
    """A stopped cluster to copy, made once by these binaries and kept in `cache` (or where the account reaches it)."""
    made_of = f"{postgres.binaries}{(postgres.binaries / 'postgres').stat().st_mtime_ns}{postgres.account}{LOCALE}"
    name = f"empty-cluster-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"
    template = server_home(cache, postgres.account) / name
    with locked(cache / "empty-cluster.lock", wait=True):
        if not template.exists():
            create_cluster(postgres, template)
    return template
