"""Make or refresh .venv with exactly the hashed requirements: `python environment.py local|dev`.

Run by bin/prepare with the system's Python, so it uses the standard library only and imports nothing of ours.
"""

import fcntl
import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin" / "python"


def main(wanted: str) -> int:
    """Install the set of requirements if it is not what was installed last. 0, or 1 after telling what failed."""
    lock = REPOSITORY / ".local" / "environment.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # two scripts at once: the second finds the work done
        try:
            if not _runs():
                print("Making the virtual environment in .venv", flush=True)
                subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
            for name in ("bootstrap", wanted):
                if not is_installed(name):
                    print(f"Installing requirements/{name}.txt", flush=True)
                    _install(name)
        except subprocess.CalledProcessError as failure:
            print(f"Preparing .venv failed (see above): {Path(failure.cmd[0]).name} ended with {failure.returncode}.")
            return 1
    return 0


def _runs() -> bool:
    """Whether .venv is whole and its Python still works (the system's may have been upgraded under it)."""
    return (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    )


def is_installed(name: str) -> bool:
    """Whether the requirement file is, byte for byte, the one that was installed last."""
    stamp = _stamp(name)
    return stamp.exists() and filecmp.cmp(stamp, REPOSITORY / "requirements" / f"{name}.txt", shallow=False)


def _stamp(name: str) -> Path:
    return VENV / f"installed-{name}.txt"


def _install(name: str) -> None:
    requirements = REPOSITORY / "requirements" / f"{name}.txt"
    if name == "bootstrap":
        options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(requirements)]
        subprocess.run([str(PYTHON), "-m", "pip", "install", *options], check=True)
    else:
        environment = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
        # Compiled once here, not by six programs at their first start (or never, under PYTHONDONTWRITEBYTECODE).
        options = ["--quiet", "--compile-bytecode", "--require-hashes", "-r", str(requirements)]
        subprocess.run([str(VENV / "bin/uv"), "pip", "install", *options], check=True, env=environment)
    shutil.copyfile(requirements, _stamp(name))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except PermissionError as problem:
        sys.exit(
            f"Preparing .venv failed: {problem}. Another user has made .local or .venv here: remove them, or be that user."
        )
