"""Between tests, what they rolled back is taken out of the tables, and the planner is told nothing of it."""

import pytest
from django.db import connection, transaction

from accounts.models import Organization
from tests import dead_rows, factories

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = Organization._meta.db_table


def rolled_back(rows: int) -> None:
    with transaction.atomic():
        Organization.objects.bulk_create(
            Organization(inn=factories.inn10(each), ogrn=factories.ogrn13(each), esia_oid=7_000_000_000 + each)
            for each in range(5_000_000, 5_000_000 + rows)
        )
        transaction.set_rollback(True)


def size_and_told() -> tuple[int, bool]:
    """Pages of the table, and whether the planner is told how many rows there are on a page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size(oid) / 8192, relpages > 0 AND reltuples >= 0 FROM pg_class WHERE oid = %s::regclass",
            [TABLE],
        )
        pages, told = cursor.fetchone()
    return pages, told


def test_many_are_taken_out():
    rolled_back(dead_rows.MANY + 1)
    assert size_and_told()[0] > 10
    assert TABLE in dead_rows.take_out()
    assert size_and_told() == (0, False), "told of none, it plans for an empty table whatever a test puts in"
    assert TABLE not in dead_rows.take_out()


def test_few_stay():
    rolled_back(50)
    assert TABLE not in dead_rows.take_out()


def test_rows_of_somebody_stay():
    kept = factories.organization()
    rolled_back(dead_rows.MANY + 1)
    assert TABLE in dead_rows.take_out()
    assert Organization.objects.get() == kept
