"""Between tests, what they rolled back is taken out of the files of their tables: PostgreSQL keeps it there as dead rows.

The servers of bin/test run without autovacuum. It came in the middle of some test, found no row that was anybody's yet, and
told the planner that the table holds none, whatever the test had put in: a question of a second took minutes by such a plan.
Without it the planner goes by the size of the files, so they may not grow either.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

MANY = 1_000  # dead rows of a table; fewer are read past quicker than taken out
BLOCKER = pytest.StashKey[DjangoDbBlocker]()


@pytest.fixture(scope="session", autouse=True)
def _dead_rows_are_taken_out(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Generator[None]:
    request.config.stash[BLOCKER] = django_db_blocker
    yield
    del request.config.stash[BLOCKER]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """After the fixtures of a test, the transaction of its database among them."""
    yield
    if _used_the_database(item) and BLOCKER in item.config.stash:
        with item.config.stash[BLOCKER].unblock():
            take_out()


def _used_the_database(item: pytest.Item) -> bool:
    asked = item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())
    return bool(asked) and connection.connection is not None and not connection.in_atomic_block


def take_out() -> list[str]:
    """Vacuum the tables of many dead rows; their names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")  # else what the test did is counted up to a second later
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 't') AND pg_stat_get_dead_tuples(oid) > %s",
            [MANY],
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"VACUUM {table}")
    return tables
