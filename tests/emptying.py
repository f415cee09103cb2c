"""Between tests that commit, all tables are emptied: those that hold anything, row by row; after the last one, the database goes.

Django truncates every table there is, which makes some three hundred files anew and takes longer than most of these tests.
"""

from __future__ import annotations

from django.db import connections, transaction
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations

# What Django fills by the models after every emptying: the same rows, so they may stay.
FILLED_BY_MODELS = {"django_content_type", "auth_permission"}


def empty(operations: DatabaseOperations, statements: list[str]) -> None:
    """In the place of `execute_sql_flush`, whose `statements` truncate.

    As a TRUNCATE, it waits for whoever still writes; the triggers that keep the journal from being deleted are set aside.
    """
    connection = connections[operations.connection.alias]
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [operations.quote_name(name) for name in sorted(set(names) - FILLED_BY_MODELS)]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables))
        filled = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in filled:
            cursor.execute(f"DELETE FROM {name}")


def drop(creation: BaseDatabaseCreation, name: str, _verbosity: int) -> None:
    """In the place of `_destroy_test_db`, which fails the run where a thread that has not ended yet holds a connection."""
    with creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {creation.connection.ops.quote_name(name)} WITH (FORCE)")
