"""The present moment in a query that is built once and asked many times.

Django takes most of the time of a short query to build it from its parts. Where a query is asked with every request it is kept,
and may therefore hold no moment of its own: `Moment` is the moment at which it is asked, by Django's clock and not the
database's, so that tests can travel in time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Expression
from django.utils import timezone


class Moment(Expression):
    """Now, or as long ago as `ago` says (asked each time, for a setting may change)."""

    output_field = DateTimeField()

    def __init__(self, ago: Callable[[], timedelta] = timedelta) -> None:
        super().__init__()
        self.ago = ago

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self.output_field.get_db_prep_value(timezone.now() - self.ago(), connection),)
