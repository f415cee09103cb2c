"""What a migration does to rows that are there already."""

from __future__ import annotations

import importlib

import pytest
from django.db import connection

from sout_reports.states import State
from tests import factories

pytestmark = pytest.mark.django_db


def run(name: str) -> None:
    statements = importlib.import_module("sout_reports.migrations.0005_plain_sout_id")
    with connection.cursor() as cursor:
        cursor.execute(getattr(statements, name))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("0900001", "900001"),
        ("+0012", "12"),
        ("900001", "900001"),
        ("0", "0"),
        ("000", "0"),
        ("", ""),
        ("12-а", "12-а"),
    ],
)
def test_sout_ids_become_plain(written, plain):
    report = factories.report(sout_id=written)
    run("PLAIN")
    report.refresh_from_db()
    assert report.sout_id == plain


def test_replaced_reports_lose_their_counts():
    replaced = factories.report(state=State.SUPERSEDED, open_flags=3, open_violations=2)
    standing = factories.report(open_flags=3, open_violations=2)
    run("NO_COUNTS")
    for report, counts in ((replaced, (0, 0)), (standing, (3, 2))):
        report.refresh_from_db()
        assert (report.open_flags, report.open_violations) == counts
