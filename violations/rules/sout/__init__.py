"""The rules of the СОУТ report, a file a theme. Importing the package fills `book`."""

from violations.rules.sout import (
    classes,
    commission,
    employer,
    experts,
    format,
    organization,
    protocols,
    similar,
    snils,
    sout_id,
    summary,
    terms,
    uniqueness,
    workplaces,
)
from violations.rules.sout.book import book

__all__ = [
    "book",
    "classes",
    "commission",
    "employer",
    "experts",
    "format",
    "organization",
    "protocols",
    "similar",
    "snils",
    "sout_id",
    "summary",
    "terms",
    "uniqueness",
    "workplaces",
]
