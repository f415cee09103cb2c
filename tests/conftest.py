"""What every test may rely on: no skipped browser test in CI, and a Chromium that is found once."""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations

from tests import emptying, order

# How fast the machine is says nothing about the code; in CI the same examples come every time.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
hypothesis.settings.load_profile("house")

pytest_plugins = ["tests.dead_rows"]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
SKIPPED = pytest.StashKey[int]()
# Playwright keeps an event loop in the main thread until the run ends; Django would mistake tests after it for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def find_chromium() -> str | None:
    """The browser to test with: LKOT_CHROMIUM, or the first of the usual names on the path."""
    return os.environ.get("LKOT_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def lacks() -> list[str]:
    """Debian packages without which no browser test can run: the browser, and a library of Playwright's driver."""
    packages = [] if find_chromium() else ["chromium"]
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libatomic.so.1")
        except OSError:
            packages.append("libatomic1")
    return packages


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of the browser, for Playwright's `executable_path`."""
    path = find_chromium()
    assert path, "tests that use the browser are marked `browser`"
    return path


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Any]:
    """The browser of a whole run: Playwright cannot be started twice in one thread."""
    from playwright.sync_api import sync_playwright  # here: only browser tests need it

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield launched
        launched.close()


@pytest.fixture
def browser(chromium: Any) -> Any:
    """The browser of the run, for a test that opens windows of its own."""
    return chromium


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items[:] = order.slow_ones_first(items, getattr(config, "workerinput", {}).get("workercount", 1))
    in_browser = [item for item in items if item.get_closest_marker("browser")]
    missing = " ".join(lacks())
    if not in_browser or not missing:
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(f"{len(in_browser)} browser tests need {missing}, and CI may not skip them.")
    for item in in_browser:
        item.add_marker(pytest.mark.skip(reason=f"no {missing}"))
    config.stash[SKIPPED] = len(in_browser)


def pytest_unconfigure(config: pytest.Config) -> None:
    if skipped := config.stash.get(SKIPPED, 0):
        print(
            f"Skipped {skipped} browser tests. To run them: apt-get install {' '.join(lacks())} (or set LKOT_CHROMIUM)"
        )


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_quickly() -> None:
    DatabaseOperations.execute_sql_flush = emptying.empty  # type: ignore[method-assign]  # for the session of tests
    BaseDatabaseCreation._destroy_test_db = emptying.drop  # type: ignore[method-assign]  # likewise
