"""The account the embedded PostgreSQL runs as: PostgreSQL refuses to run as root."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
# Servers stop when the process that started them dies. The signal is set after the change of account, which clears it.
DEATH_SIGNAL = ("setpriv", "--pdeathsig", "INT", "--")
USER_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
OTHER_USER = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--pdeathsig", "INT", "--")


class NoAccount(Exception):
    """We are root and the machine offers no way to run a server as somebody else."""


@dataclass(frozen=True)
class Account:
    """How server commands are run: `wrapper` goes before the command, `uid` must own its files (None: we own them)."""

    wrapper: tuple[str, ...] = ()
    uid: int | None = None

    def reaches(self, path: Path) -> bool:
        """Whether a command run by this account may enter (or execute) `path`."""
        if self.uid is None:
            return os.access(path, os.X_OK)
        return _succeeds([*self.wrapper, "test", "-x", str(path)])

    def own(self, path: Path) -> None:
        """Hand a directory with all it holds over to this account."""
        if self.uid is None:
            return
        for entry in [path, *path.rglob("*")]:
            os.chown(entry, self.uid, self.uid, follow_symlinks=False)


def server_account() -> Account:
    """The account for PostgreSQL: our own, or as root a user namespace, or the user 65534 where namespaces are refused.

    Raises NoAccount as root on a machine with neither.
    """
    if os.geteuid() != 0:
        return Account(DEATH_SIGNAL if _succeeds([*DEATH_SIGNAL, "true"]) else ())
    if _succeeds([*USER_NAMESPACE, *DEATH_SIGNAL, "true"]):
        return Account((*USER_NAMESPACE, *DEATH_SIGNAL))
    if _succeeds([*OTHER_USER, "true"]):
        return Account(OTHER_USER, NOBODY)
    raise NoAccount(
        "PostgreSQL does not run as root, and neither `unshare` nor `setpriv` works here: "
        "run this as an ordinary user, or set DATABASE_URL to a PostgreSQL 18 that is running."
    )


def _succeeds(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
