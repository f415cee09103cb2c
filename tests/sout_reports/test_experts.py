"""By what a report's experts are searched: the same keys from the code and from the migration of older reports."""

from importlib import import_module

import pytest
from django.db import connection, migrations

from sout_reports.experts import expert_key, expert_keys
from sout_reports.models import SoutReport
from tests import factories

EXPERTS = {
    "1": {"name": "Ковалёва Ирина Сергеевна", "number": "002318", "position": "эксперт"},
    "2": {"name": "Тарасов Денис", "number": "4075", "position": ""},
    "3": {"name": "Лаборант Пётр", "number": "", "position": "лаборант"},
}
KEYS = ["2318", "4075", "КОВАЛЕВА", "ТАРАСОВ"]


@pytest.mark.parametrize(
    ("text", "key"),
    [("002318", "2318"), ("ковалёва и. с.", "КОВАЛЕВА"), ("  Тарасов ", "ТАРАСОВ"), ("", ""), ("0", ""), ("²", "²")],
)
def test_one_key(text: str, key: str):
    assert expert_key(text) == key


def test_keys_of_a_report():
    assert expert_keys(EXPERTS) == KEYS


@pytest.mark.django_db
def test_older_reports_get_the_same_keys():
    full, empty = factories.report(), factories.report()
    SoutReport.objects.filter(pk=full.pk).update(header={"experts": EXPERTS})
    SoutReport.objects.filter(pk=empty.pk).update(header={})
    migration = import_module("sout_reports.migrations.0006_expert_keys").Migration
    (fill,) = [each for each in migration.operations if isinstance(each, migrations.RunSQL)]
    with connection.cursor() as cursor:
        cursor.execute(fill.sql)
    full.refresh_from_db()
    empty.refresh_from_db()
    assert (sorted(full.expert_keys), empty.expert_keys) == (KEYS, [])
