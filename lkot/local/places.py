"""Where the embedded servers keep their data and sockets."""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from lkot.local.account import Account

# A Unix socket path is limited to 103 bytes on macOS and 107 on Linux; ".s.PGSQL.5432" goes on top of the folder.
LONGEST_SOCKET_PATH = 100
ROOT_STATE = Path("/var/lib/lkot")
ADDRESSES = "servers.json"


@dataclass(frozen=True)
class Places:
    """Folders of one pair of servers; all but `state` may lie elsewhere when the server's account cannot reach it."""

    state: Path
    postgres: Path
    valkey: Path
    sockets: Path

    @property
    def database_url(self) -> str:
        return f"postgresql://lkot@/lkot?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.sockets}/valkey.sock?db=0"


def lay_out(state: Path, account: Account) -> Places:
    """Choose and make the folders for the servers of the state folder `state` (made if absent)."""
    state.mkdir(parents=True, exist_ok=True)
    home = server_home(state, account)
    home.mkdir(parents=True, exist_ok=True)
    sockets = _socket_folder(home)
    places = Places(state, home / "postgres", state / "valkey", sockets)
    sockets.mkdir(mode=0o700, exist_ok=True)
    if sockets.is_symlink() or sockets.stat().st_uid not in {os.geteuid(), account.uid}:
        raise PermissionError(f"{sockets} belongs to somebody else: remove it and start again.")
    account.own(sockets)
    places.valkey.mkdir(mode=0o700, exist_ok=True)
    return places


def server_home(state: Path, account: Account) -> Path:
    """`state` itself, or a folder under /var/lib/lkot where the server's account may not enter `state`."""
    state.mkdir(parents=True, exist_ok=True)
    return state if account.reaches(state) else ROOT_STATE / _short_name(state)


def _socket_folder(home: Path) -> Path:
    folder = home / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) < LONGEST_SOCKET_PATH:
        return folder
    return Path("/tmp") / f"lkot-{os.geteuid()}-{_short_name(home)}"  # noqa: S108  owner and mode are checked in lay_out


def _short_name(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def remember(state: Path, addresses: dict[str, str]) -> None:
    """Write down the addresses `bin/up` uses, so that `manage.py` in another terminal finds the same servers."""
    fresh = state / f"{ADDRESSES}.new"
    fresh.write_text(json.dumps(addresses, indent=1) + "\n")
    fresh.chmod(0o600)
    fresh.replace(state / ADDRESSES)


def remembered(state: Path) -> dict[str, str]:
    """DATABASE_URL and REDIS_URL as the last `bin/up` on this state folder used them; empty before the first one."""
    try:
        found = json.loads((state / ADDRESSES).read_text())
    except FileNotFoundError:
        return {}
    return {str(name): str(value) for name, value in found.items()}


def forget(places: Places) -> None:
    """Remove the data and sockets of both servers."""
    for folder in (places.postgres, places.valkey, places.sockets):
        shutil.rmtree(folder, ignore_errors=True)
    if places.postgres.parent != places.state:
        shutil.rmtree(places.postgres.parent, ignore_errors=True)
