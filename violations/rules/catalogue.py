"""The catalogue of a rulebook as a document: `docs/rules.md` is written from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from violations.rules.rulebook import Rule, Rulebook
from violations.rules.severity import how_cleared
from violations.rules.wording import on_day

HEADING = """# Правила электронной проверки качества

Этот файл написан командой `manage.py write_rules_doc` по каталогу правил. Править нужно правила в `violations/rules/`.
"""


def catalogue_markdown(book: Rulebook) -> str:
    """All rules of a book in Markdown: a table, then what each rule says."""
    return "\n".join([HEADING, *_table(book), "", *_rules(book)]).rstrip() + "\n"


def _table(book: Rulebook) -> Iterator[str]:
    yield f"Правил: {len(book)}, редакция каталога {book.edition()}.\n"
    yield "| Код | Наименование | Тяжесть | Предмет | Погашение |"
    yield "|---|---|---|---|---|"
    for rule in book:
        scopes = ", ".join(scope.label for scope in rule.scopes)
        ways = "/".join(rule.cleared_by)
        anchor = rule.code.lower()
        yield f"| [{rule.code}](#{anchor}) | {rule.title} | {rule.severity} | {scopes} | {ways} |"


def _rules(book: Rulebook) -> Iterator[str]:
    for rule in book:
        yield f"## {rule.code}\n"
        yield f"**{rule.title}.** {rule.severity.label}.\n"
        yield f"{rule.checks}\n"
        yield f"Основание: {rule.basis}.\n"
        yield f"{_period(rule)}{how_cleared(rule.cleared_by)}\n"
        yield f"{rule.predicate}\n"


def _period(rule: Rule) -> str:
    """Since when and until when reports are judged by it, "" for a rule without dates."""
    bounds: list[tuple[str, date | None]] = [("с", rule.since), ("до", rule.until)]
    given = [f"{word} {on_day(day)}" for word, day in bounds if day is not None]
    return f"Для отчётов, утверждённых {' '.join(given)}. " if given else ""
