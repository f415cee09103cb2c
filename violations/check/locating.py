"""Exact lines of what flags and problems are about: the kept file is read once more for them."""

from __future__ import annotations

from collections.abc import Collection

from core.files import open_file
from sout_reports.actions.receiving import limits
from sout_reports.document.container import open_report
from sout_reports.document.locate import lines_of
from sout_reports.models import SoutReport
from violations.flags.models import Flag

BATCH = 1000


def lines_in(report: SoutReport, paths: Collection[str]) -> dict[str, int]:
    """Path → 1-based line in the unpacked document; paths that are not there are left out."""
    with open_file(report.file) as packed, open_report(packed, report.file.name, **limits()) as plain:
        return lines_of(plain, set(paths))


def locate_flags(report: SoutReport) -> int:
    """Give the flags of a report that a re-check has raised their lines. Returns how many got one; a repetition finds none."""
    flags = list(Flag.objects.filter(report=report, line=None).exclude(path="").order_by("pk"))
    if not flags:
        return 0
    lines = lines_in(report, {flag.path for flag in flags})
    located = [flag for flag in flags if flag.path in lines]
    for flag in located:
        flag.line = lines[flag.path]
    Flag.objects.bulk_update(located, ["line"], batch_size=BATCH)
    return len(located)
