"""No row values in a log: what PostgreSQL tells of rows is withheld, a СНИЛС is masked."""

from __future__ import annotations

import logging
import sys

import pytest
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction
from psycopg import DatabaseError

from accounts.models import User
from core.logs import DiscreetFormatter, without_values
from tests import factories

SECRET = "Секретова Анна"  # named, so that no source line of a traceback holds it


def logged() -> str:
    """The exception at hand as our log writes it."""
    record = logging.LogRecord("test", logging.ERROR, __file__, 1, "job failed", None, sys.exc_info())
    return DiscreetFormatter("%(message)s").format(record)


@pytest.mark.django_db
def test_a_doubled_row_is_told_without_its_values():
    person = factories.user()
    try:
        with transaction.atomic():
            User.objects.create(esia_oid=1, snils=person.snils)
    except IntegrityError:
        text = logged()
    assert "user_snils_once" in text, "the name of the constraint helps and tells nothing"
    assert "DETAIL: (withheld)" in text
    assert person.snils not in text
    assert "The above exception was the direct cause" in text, "the rest of the chain stays"


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["SELECT CAST(%s AS integer)", "SELECT no_such_column, %s"])
def test_a_statement_is_told_without_its_values(statement):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [SECRET])
    except (DataError, ProgrammingError):
        text = logged()
    assert SECRET not in text


@pytest.mark.django_db
def test_a_copy_is_told_without_its_line():
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE log_probe (n integer)")
            with cursor.copy("COPY log_probe FROM STDIN") as copy:
                copy.write_row([SECRET])
    except DatabaseError:
        text = logged()
    assert "CONTEXT: (withheld)" in text
    assert SECRET not in text


def test_a_snils_is_masked_wherever_it_stands():
    number = factories.snils(77)
    written = f"{number[:3]}-{number[3:6]}-{number[6:9]} {number[9:]}"
    assert number not in without_values(f"person {number} failed")
    assert written not in without_values(f"person {written} failed")
    assert number[-2:] in without_values(f"person {number} failed"), "the last digits stay, to tell people apart"


def test_other_numbers_stay():
    assert without_values("receipt 100001 of 20261125120000") == "receipt 100001 of 20261125120000"


def test_every_handler_of_the_product_writes_so():
    formatters = {type(handler.formatter) for handler in logging.getLogger().handlers if handler.formatter is not None}
    assert DiscreetFormatter in formatters
