"""List pages: a closed set of sorts, filters in the address, keyset pages that cost the same everywhere."""

from core.tables.columns import Column
from core.tables.filters import Filters, choice, date, number, search, tick, typed_text
from core.tables.paging import Page, Table, build

__all__ = ["Column", "Filters", "Page", "Table", "build", "choice", "date", "number", "search", "tick", "typed_text"]
