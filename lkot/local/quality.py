"""`bin/quality`: every check of the code, each with its time, several at once; what failed is listed at the end."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
COMPOSE_FILE = "docker-compose.yml"
# Enough to read the production settings; nothing is connected to.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "lkot.settings.production",
    "SECRET_KEY": "only-for-the-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "JOURNAL_KEY": "only-for-the-check",
    "ESIA_REQUEST_SIGNER": "accounts.esia.signers.CommandSigner",
    "ESIA_TOKEN_VERIFIER": "accounts.esia.verifiers.CertificateVerifier",
    "LKOT_ALLOWED_HOSTS": "cabinet.example",
    "LKOT_PUBLIC_URL": "https://cabinet.example",
    "DATABASE_URL": "postgresql://lkot@localhost/lkot",
    "REDIS_URL": "redis://localhost:6379/0",
    "ESIA_URL": "https://esia.example",
}


@dataclass(frozen=True)
class Step:
    """One check: passed when the command ends with 0."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    long: bool = False  # begins before the others, which run beside it


def steps() -> list[Step]:
    """All checks."""
    manage = [sys.executable, "manage.py"]
    return [
        Step("ruff check", [_program("ruff"), "check", "--output-format", "concise", "."]),
        Step("ruff format", [_program("ruff"), "format", "--check", "--output-format", "concise", "."]),
        Step("djlint", [_program("djlint"), "templates", "--lint", "--quiet"]),
        Step("import order", [_program("lint-imports"), "--no-cache", "--no-logo"]),
        Step("dependencies", [_program("deptry"), "."]),
        Step("compose file", [_program("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", COMPOSE_FILE]),
        Step("bandit", [_program("bandit"), "--quiet", "--configfile", "pyproject.toml", "--recursive", *_packages()]),
        Step("deployment check", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        Step(
            "missing migrations",
            [*manage, "makemigrations", "--check", "--dry-run"],
            {"DJANGO_SETTINGS_MODULE": "lkot.settings.test"},
        ),
        Step("mypy", [_program("mypy")], long=True),
    ]


def _program(name: str) -> str:
    return str(PROGRAMS / name)


def _packages() -> list[str]:
    return sorted(path.parent.name for path in REPOSITORY.glob("*/__init__.py") if path.parent.name != "tests")


def main(wanted: list[str]) -> int:
    """Run the steps whose names hold one of the given words, or all; 1 when any failed."""
    chosen = [step for step in steps() if not wanted or any(word in step.name for word in wanted)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as several:
        ended = {step.name: several.submit(_passes, step) for step in sorted(chosen, key=lambda step: not step.long)}
        failed = [step for step in chosen if not ended[step.name].result()]
    if not failed:
        print(f"\nAll {len(chosen)} checks passed.")
        return 0
    print(f"\n{len(failed)} of {len(chosen)} checks failed:")
    for step in failed:
        print(f"  {step.name}: {' '.join(step.command).replace(f'{PROGRAMS}/', '')}")
    return 1


def _passes(step: Step) -> bool:
    """Run one step; what it prints is shown only when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=REPOSITORY,
        env={**os.environ, **step.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = [f"{'failed' if done.returncode else 'ok':<7}{time.monotonic() - began:6.1f} s  {step.name}"]
    if done.returncode:
        lines += [f"    {line}" for line in done.stdout.splitlines()]
    print("\n".join(lines), flush=True)  # at once, for others print too
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
