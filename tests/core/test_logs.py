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


@pytest.mark.django_db
def test_celerys_own_line_of_a_failed_task_is_told_without_values(caplog):
    """Celery logs `raised unexpected: repr(exception)`, where line breaks are two letters each."""
    from celery.app.trace import build_tracer

    from lkot.celery import app

    person = factories.user()

    def failing() -> None:
        with transaction.atomic():
            User.objects.create(esia_oid=2, snils=person.snils, last_name=SECRET)

    task = app.task(failing, name="tests.failing", shared=False)
    try:
        with caplog.at_level(logging.ERROR, logger="celery.app.trace"):
            build_tracer(task.name, task, app=app)("an-id", (), {})
    finally:
        app.tasks.pop("tests.failing")
    (record,) = [each for each in caplog.records if each.name == "celery.app.trace"]
    assert "\\nDETAIL:" in record.getMessage(), "the form that this test is about"
    text = DiscreetFormatter("%(message)s").format(record)
    first = text.split("\n")[0]
    assert "raised unexpected: IntegrityError" in first
    assert "user_snils_once" in first
    assert first.endswith("\\nDETAIL: (withheld)")
    assert "already exists" not in text
    assert person.snils not in text


def test_a_repr_inside_a_line_keeps_what_comes_on_other_lines():
    told = without_values("failed: E('no\\nCONTEXT:  COPY t, line 1: \"Анна\"\\n')\nnext line\nLINE 1: SELECT 'Анна'")
    assert "Анна" not in told
    assert "next line" in told


@pytest.mark.parametrize("sent", ["a\n2026-11-25 INFO root all is well", "a\r\nb", "a\x1b[2J", "a\x85b", "a\u2028b"])
def test_nobody_forges_a_line(sent):
    record = logging.LogRecord("test", logging.WARNING, __file__, 1, "asked for %s", (sent,), None)
    line = DiscreetFormatter("%(levelname)s %(message)s").format(record)
    assert line.startswith("WARNING asked for a\\")
    assert len(line.splitlines()) == 1
    assert line.isprintable()


def test_nor_through_an_exception():
    try:
        raise ValueError("a\n2026-11-25 INFO root all is well")
    except ValueError:
        text = logged()
    assert [line for line in text.splitlines() if not line.startswith(" ")] == ["job failed"]


def test_a_traceback_that_another_formatter_left_is_not_taken_over():
    try:
        raise ValueError("DETAIL:  Key (snils)=(1)")
    except ValueError:
        record = logging.LogRecord("test", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    logging.Formatter().format(record)
    assert "Key" in record.exc_text
    assert "Key" not in DiscreetFormatter().format(record)
