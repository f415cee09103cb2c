"""Production settings have no simulators: no module to import, no command to run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-c", "import simulators.esia.server"], "ImportError: The simulators are for development"),
        (["manage.py", "run_esia_simulator"], "Unknown command: 'run_esia_simulator'"),
        (["manage.py", "demo_people"], "Unknown command: 'demo_people'"),
    ],
)
def test_production_has_no_simulator(arguments, words):
    keys = {"SECRET_KEY": "x" * 60, "JOURNAL_KEY": "x" * 60}
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "lkot.settings.production", **keys}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0
    assert words in done.stderr
