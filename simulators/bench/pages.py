"""What a page of a long list costs: queries, and page 1,000 against page 1."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.test import Client

from accounts.acting import SESSION_GRANT
from accounts.models import Grant, Organization, SignInSession, Source, User
from accounts.sessions import SESSION_ROW
from core.tables.cursor import Cursor
from simulators.bench.figures import Figure
from sout_reports.models import SoutReport

RUNS = 15
SIZE = 10


def list_pages(scale: float) -> Iterator[Figure]:
    """The list of workplaces of one report, and the list of reports, each with many rows."""
    rows = int(100_000 * scale)
    client, report = _prepare(rows)
    yield from _compare(
        client, f"/sout/reports/{report.uid}/workplaces/", "number", rows, "workplaces", _workplace_at(report)
    )
    yield from _compare(client, "/sout/reports/", "-date", rows, "reports", _report_at(report))


def _compare(client: Client, url: str, sort: str, rows: int, what: str, middle: Cursor) -> Iterator[Figure]:
    first = f"{url}?sort={sort}&size={SIZE}"
    deep = f"{first}&at={middle.encode()}"
    asked = _Counter()
    with connection.execute_wrapper(asked):
        answer = client.get(first)
    if answer.status_code != 200 or client.get(deep).status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    yield Figure(f"queries of a page of {rows:,} {what}", asked.count, "", 12)
    page_1, page_1000 = _best(client, first), _best(client, deep)
    yield Figure(f"page 1 of {rows:,} {what}", page_1 * 1e3, "ms")
    yield Figure(f"page 1,000 of {rows:,} {what}", page_1000 * 1e3, "ms")
    yield Figure(f"page 1,000 against page 1, {what}", page_1000 / page_1, "times", 1.25)


class _Counter:
    """Counts the statements of a request."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


def _best(client: Client, url: str) -> float:
    """The best of several: whatever else the machine does only adds."""
    client.get(url)
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        client.get(url)
        times.append(time.perf_counter() - started)
    return min(times)


def _workplace_at(report: SoutReport) -> Cursor:
    row = report.places.order_by("number_order", "pk")[999 * SIZE - 1]
    return Cursor(row.number_order, row.pk, 999 * SIZE + 1, "number")


def _report_at(report: SoutReport) -> Cursor:
    rows = SoutReport.objects.filter(employer=report.employer).order_by("-approved_on", "-pk")
    row = rows[999 * SIZE - 1]
    return Cursor(row.approved_on, row.pk, 999 * SIZE + 1, "-date")


def _prepare(rows: int) -> tuple[Client, SoutReport]:
    user, _ = User.objects.get_or_create(esia_oid=2, defaults={"last_name": "Читательский"})
    names = {"full_name": "ООО «Список»", "is_sout_organization": True}
    where, _ = Organization.objects.get_or_create(inn="0000000019", ogrn="1000000000019", defaults=names)
    grant, _ = Grant.objects.get_or_create(user=user, organization=where, is_admin=True, source=Source.DEMO)
    with connection.cursor() as cursor:
        cursor.execute(FILL_REPORTS, {"rows": rows, "owner": where.pk, "user": user.pk})
        report = SoutReport.objects.filter(employer=where).order_by("pk").first()
        assert report is not None  # just inserted
        cursor.execute(FILL_WORKPLACES, {"rows": rows, "report": report.pk})
        cursor.execute("ANALYZE")
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    session = client.session
    session[SESSION_GRANT] = grant.pk
    session.save()
    SignInSession.objects.filter(pk=session[SESSION_ROW]).update(grant=grant)
    return client, report


FILL_REPORTS = """
WITH stored AS (
    INSERT INTO files_storedfile (uid, name, size, sha256, purpose, owner_id, organization_id, created_at)
    VALUES (gen_random_uuid(), 'bench.xml', 1, repeat('0', 64), 'bench', %(user)s, %(owner)s, now()) RETURNING uid
)
INSERT INTO sout_reports_soutreport (uid, number, state, verdict, file_id, sha256, content_sha256, organization_id,
    uploaded_by_id, received_at, employer_id, region, employer_name, employer_inn, sout_organization_name, sout_id, approved_on,
    submission_kind, workplaces, workers, harmful, class_counts, header, open_flags, open_violations, edition, accepted_at,
    problems, problems_total)
SELECT gen_random_uuid(), 900000000 + n, 'accepted', 'conforms', stored.uid, md5(n::text) || md5((-n)::text), '', %(owner)s,
    %(user)s, now(), %(owner)s, '66', 'ООО «Список»', '0000000019', 'ООО «Список»', n::text, date '2020-01-01' + n %% 2000, '',
    n %% 500, n, 0, '{"2": 5, "3.1": 2}', '{}', 0, 0, '', now(), '[]', 0
FROM stored, generate_series(1, %(rows)s) AS n
"""
FILL_WORKPLACES = """
INSERT INTO sout_reports_workplace (report_id, ordinal, kind, path, number, current_number, number_order, position, subunit,
    profession, card_number, workers, final_class, conditions, conditions_ppe, previous_number, fragment)
SELECT %(report)s, n, 'WorkPlaceAttested', '', n::text, n::text, lpad(n::text, 20, '0'), 'Оператор', 'Цех ' || n %% 50, '', '',
    1, (ARRAY['1', '2', '3.1', '3.2'])[1 + n %% 4], '2', '', '', ''
FROM generate_series(1, %(rows)s) AS n
"""
