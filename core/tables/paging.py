"""Keyset paging: page 1,000 costs what page 1 costs, because a page begins at a value, not after a count of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import HttpRequest

from core.tables.columns import Column
from core.tables.cursor import Cursor, decode
from core.templatetags.formats import thin

SIZES = (10, 25, 50, 100)
COUNTED_UP_TO = 10_000


@dataclass(slots=True)
class Page:
    """What the pager shows: «Записи с first до last из total_label»."""

    first: int
    last: int
    total: int
    total_label: str
    previous_url: str | None
    next_url: str | None
    size: int
    size_choices: list[dict[str, Any]]


@dataclass(slots=True)
class Table:
    columns: list[dict[str, Any]]
    rows: list[Any]


def build(
    request: HttpRequest, queryset: models.QuerySet[Any], columns: Sequence[Column], *, default: str, size: int = 10
) -> tuple[Table, Page]:
    """One page of `queryset` in the order the address asks for.

    default: a column key, with «-» before it for descending. Query parameters: sort, size, at (cursor). An unknown sort
    or a foreign cursor is ignored, never an error. Two queries: the capped count and the rows.
    """
    wanted = _sort(request, columns, default)
    field = next(c.sort for c in columns if c.key == wanted.lstrip("-"))
    assert field is not None  # _sort gives sortable columns only
    per_page = _size(request, size)
    cursor = decode(request.GET.get("at", ""))
    if cursor is not None and cursor.sort != wanted:
        cursor = None
    rows, more = _fetch(queryset, field, wanted.startswith("-"), cursor, per_page)
    total = queryset.order_by().values("pk")[: COUNTED_UP_TO + 1].count()
    first = _first_ordinal(cursor, len(rows))
    page = Page(
        first=first if rows else 0,
        last=first + len(rows) - 1 if rows else 0,
        total=total,
        total_label=thin(total) if total <= COUNTED_UP_TO else "более 10 000",
        previous_url=_previous(request, rows, field, wanted, cursor, more, first),
        next_url=_next(request, rows, field, wanted, cursor, more, first),
        size=per_page,
        size_choices=[{"size": n, "url": _url(request, size=n, at=None)} for n in SIZES],
    )
    return Table([_head(request, c, wanted) for c in columns], rows), page


def _sort(request: HttpRequest, columns: Sequence[Column], default: str) -> str:
    asked = request.GET.get("sort", default)
    sortable = {column.key for column in columns if column.sort}
    return asked if asked.lstrip("-") in sortable and asked.count("-") <= 1 else default


def _size(request: HttpRequest, default: int) -> int:
    asked = request.GET.get("size", "")
    return int(asked) if asked in {str(n) for n in SIZES} else default


def _fetch(
    queryset: models.QuerySet[Any], field: str, descending: bool, cursor: Cursor | None, size: int
) -> tuple[list[Any], bool]:
    """Rows of the page in display order, and whether there are more beyond it (in the direction of reading)."""
    back = cursor is not None and cursor.back
    downwards = descending != back
    if cursor is not None:
        lookup = TupleLessThan if downwards else TupleGreaterThan
        value = _field_of(queryset, field).to_python(cursor.value)
        key = queryset.model._meta.pk.to_python(cursor.key)
        queryset = queryset.filter(lookup(Tuple(F(field), F("pk")), (value, key)))
    sign = "-" if downwards else ""
    rows = list(queryset.order_by(f"{sign}{field}", f"{sign}pk")[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return (rows[::-1] if back else rows), more


def _field_of(queryset: models.QuerySet[Any], name: str) -> Any:
    """A column of the model, or one that the query has computed."""
    computed = queryset.query.annotations.get(name)
    return computed.output_field if computed is not None else queryset.model._meta.get_field(name)


def _first_ordinal(cursor: Cursor | None, count: int) -> int:
    if cursor is None:
        return 1
    return max(1, cursor.ordinal - count) if cursor.back else cursor.ordinal


def _edge(row: Any, field: str, ordinal: int, sort: str, back: bool) -> str:
    return Cursor(getattr(row, field), row.pk, ordinal, sort, back).encode()


def _previous(
    request: HttpRequest, rows: list[Any], field: str, sort: str, cursor: Cursor | None, more: bool, first: int
) -> str | None:
    if cursor is None or not rows or (cursor.back and not more):
        return None
    return _url(request, at=_edge(rows[0], field, first, sort, True))


def _next(
    request: HttpRequest, rows: list[Any], field: str, sort: str, cursor: Cursor | None, more: bool, first: int
) -> str | None:
    going_back = cursor is not None and cursor.back
    if not rows or (not more and not going_back):
        return None
    return _url(request, at=_edge(rows[-1], field, first + len(rows), sort, False))


def _url(request: HttpRequest, **changes: Any) -> str:
    """The same address with some parameters changed (None: left out)."""
    params = [(name, value) for name, values in request.GET.lists() if name not in changes for value in values]
    params += [(name, value) for name, value in changes.items() if value is not None]
    return f"{request.path}?{urlencode(params)}" if params else request.path


def _head(request: HttpRequest, column: Column, sort: str) -> dict[str, Any]:
    current = sort.lstrip("-") == column.key
    descending = current and sort.startswith("-")
    turned = column.key if not current or descending else f"-{column.key}"
    return {
        "key": column.key,
        "label": column.label,
        "numeric": column.numeric,
        "sortable": column.sort is not None,
        "sort_url": _url(request, sort=turned, at=None) if column.sort else "",
        "sorted": None if not current else ("descending" if descending else "ascending"),
    }
