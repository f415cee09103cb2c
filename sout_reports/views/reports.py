"""«Отчёты СОУТ»: the employer's accepted reports, the branch's for who acts for a branch."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from core.doors import door
from core.keys import key_of
from core.tables import Column, Filters, build, choice, search
from core.tables.filters import Filter
from sout_reports.models import IMPORT, VIEW, SoutReport
from sout_reports.selectors import expertise_url
from sout_reports.states import State, Verdict

COLUMNS = [
    Column("approved", "№ и дата", sort="approved_on"),
    Column("sout_id", "ИН СОУТ"),
    Column("organization", "Организация СОУТ"),
    Column("workplaces", "Рабочих мест", sort="workplaces", numeric=True),
    Column("classes", "Классы условий труда"),
    Column("verdict", "Соответствие"),
    Column("actions", "<Действия>"),
]
CONFORMITY = [
    (Verdict.CONFORMS, Verdict.CONFORMS.label),
    (Verdict.VIOLATIONS, Verdict.VIOLATIONS.label),
    (State.SUPERSEDED, State.SUPERSEDED.label),
]
HEAD_OFFICE = "head"


def _by_conformity(rows: QuerySet[SoutReport], value: str) -> QuerySet[SoutReport]:
    if value == State.SUPERSEDED:
        return rows.filter(state=State.SUPERSEDED)
    return rows.filter(state=State.ACCEPTED, verdict=value)


def _by_branch(rows: QuerySet[SoutReport], value: str) -> QuerySet[SoutReport]:
    return rows.filter(branch=None) if value == HEAD_OFFICE else rows.filter(branch=int(value))


def _by_text(rows: QuerySet[SoutReport], text: str) -> QuerySet[SoutReport]:
    wanted = Q(sout_id=text) | Q(sout_organization_name__icontains=text) | Q(organization__short_name__icontains=text)
    if (number := key_of(text)) is not None:
        wanted |= Q(number=number)
    return rows.filter(wanted)


def _filters(branches: dict[int, str], years: list[int]) -> list[Filter]:
    declared = [
        choice("year", "Год", [(str(year), str(year)) for year in years], "approved_on__year"),
        choice("verdict", "Соответствие", CONFORMITY, _by_conformity),
    ]
    if branches:
        places = [(HEAD_OFFICE, "Головная организация"), *((str(pk), name) for pk, name in branches.items())]
        declared.append(choice("branch", "Подразделение", places, _by_branch))
    return [*declared, search("q", "№ отчёта, ИН СОУТ или организация СОУТ", _by_text)]


def _there_is(mine: QuerySet[SoutReport]) -> tuple[dict[int, str], list[int]]:
    """Branches (key: name) and years that have reports; one query for both."""
    rows = mine.order_by().values_list("branch", "branch__name", "approved_on__year").distinct()
    found = list(rows)
    branches = {pk: name for pk, name, _ in sorted(found, key=lambda row: row[1] or "") if pk is not None}
    return branches, sorted({year for *_, year in found}, reverse=True)


@door(read=["GET"], right=VIEW)
def reports(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    mine = SoutReport.objects.of_employer(acting)
    branches, years = _there_is(mine)
    # who acts for a branch sees nothing else, so there is nothing to choose
    offered = {} if acting.branch is not None else branches
    filters = Filters(request, _filters(offered, years))
    table, page = build(request, filters.apply(mine).select_related("organization"), COLUMNS, default="-approved")
    rows = [_row(report, offered) for report in table.rows]
    context = {"filters": filters, "table": table, "page": page, "rows": rows, "may_import": acting.holds(IMPORT)}
    return render(request, "sout_reports/reports.html", context)


def _row(report: SoutReport, branch_names: dict[int, str]) -> dict[str, Any]:
    """A report with the addresses of its pages; no query. «Просмотр нарушений» leads to the protocol of the expertise."""
    expertise = expertise_url(report)
    replaced = report.state == State.SUPERSEDED
    return {
        "report": report,
        "replaced": replaced,
        "tone": "quiet" if replaced else "plain",
        "branch": branch_names.get(report.branch_id or 0, ""),
        "expertise_url": expertise,
        "verdict_url": expertise if report.verdict == Verdict.VIOLATIONS else "",
    }
