"""Tables out: CSV and XLSX as downloads. Cells are text and stay text: no value may become a formula."""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

from core.files.serving import as_attachment

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CELL_MAX = 32_767  # characters, the limit of the format
WIDTH_MAX = 60  # characters
ROWS_MAX = 1_048_575  # of a sheet, under its head, by the format
ASKED_EVERY_ROWS = 100
BLOCK = 64 * 1024  # bytes

Rows = Iterable[Sequence[Any]]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def csv_response(name: str, head: Sequence[str], rows: Rows) -> StreamingHttpResponse:
    """`name` without extension. UTF-8 with a mark and semicolons, as the spreadsheets of the country open it."""

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
        yield "\ufeff"
        for row in itertools.chain([head], rows):
            writer.writerow([_harmless(_text(value)) for value in row])
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()

    return as_attachment(StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8"), f"{name}.csv")


def _harmless(text: str) -> str:
    """CSV has no types: an apostrophe keeps a spreadsheet from running what a file's author wrote."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def xlsx_response(name: str, head: Sequence[str], rows: Rows) -> StreamingHttpResponse:
    """`name` without extension. Rows go to disk as they come; every cell is written as a string.

    The book is made while the answer is on its way: empty parts between the rows let the door ask whether the reader may
    still have it.
    """
    return as_attachment(StreamingHttpResponse(_book(head, rows), content_type=XLSX_TYPE), f"{name}.xlsx")


def _book(head: Sequence[str], rows: Rows) -> Iterator[bytes]:
    from xlsxwriter import Workbook  # a tenth of a second that only exports need

    # rows wait in files of the library's own until the book is closed: a cut must not leave them behind
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as target:
        book = Workbook(target, {"constant_memory": True, "strings_to_urls": False, "tmpdir": folder})
        sheet = book.add_worksheet()
        try:
            yield from _fill(book, sheet, head, rows)
            book.close()
        finally:
            sheet.row_data_fh.close()
        target.seek(0)
        while block := target.read(BLOCK):
            yield block


def _fill(book: Any, sheet: Any, head: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Write the rows; an empty part after every so many."""
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, label in enumerate(head):
        sheet.set_column(column, column, min(WIDTH_MAX, max(12, len(label) + 4)))
        sheet.write_string(0, column, label, bold)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            sheet.write_string(line, column, _text(value)[:CELL_MAX], wrapped)
        if line % ASKED_EVERY_ROWS == 0:
            yield b""
