"""The inspector's queue: order, filters, territory, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Inspectorate, Organization
from accounts.rights import Right
from core.frame import navigation
from core.tables.cursor import Cursor
from sout_reports.experts import expert_keys
from sout_reports.models import SoutReport
from tests import factories
from tests.violations import control
from tests.violations.inspection.conftest import INSPECTORS_RIGHTS
from violations.flags.models import Flag
from violations.flags.states import FlagState
from violations.inspection.actions import answer, ask, confirm, dismiss
from violations.inspection.selectors import queue, waiting
from violations.inspection.states import Ground, Review

pytestmark = pytest.mark.django_db

URL = reverse("violations:inspect_flags")
MOST_QUERIES = 12
PLUMBING = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")


def page(acting: Acting, address: str = URL, **query: str) -> str:
    return factories.sign_in(Client(), acting).get(address, query).content.decode()


def shown(text: str) -> list[int]:
    """Keys of the flags on the page, in its order."""
    found = [int(key) for key in re.findall(r"/control/inspection/flags/(\d+)/", text)]
    return list(dict.fromkeys(found))


def counted(client: Client, address: str, **query: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, query)
    assert answer.status_code == 200
    return len([each for each in queries if not each["sql"].startswith(PLUMBING)])


def many(report: SoutReport, count: int) -> None:
    Flag.objects.bulk_create(
        [
            Flag(
                report=report,
                rule="SOUT-TRM-001",
                object_ordinal=number,
                severity="ПРЕД" if number % 3 else "НАРУШ",
                message=f"Признак {number}",
                region=report.region,
                review=Review.CONFIRMED if number % 5 == 0 else Review.NEW,
            )
            for number in range(1, count + 1)
        ],
        batch_size=2000,
    )


def test_what_asks_for_the_next_step_comes_first(employer: Organization, head: Acting, inspector: Acting):
    _, flags = control.not_unique(employer, places=8)
    warning, violation, waits, overdue, answered, confirmed, dismissed, cleared = flags
    Flag.objects.filter(pk=warning.pk).update(severity="ПРЕД")
    for each in (waits, overdue, answered):
        ask(each, text="Поясните номер места.", days=5, acting=inspector)
    Flag.objects.filter(pk=overdue.pk).update(review=Review.OVERDUE)
    answer(answered, text="Пояснение работодателя.", files=[], acting=head)
    confirm(confirmed, ground=Ground.REPORT_SHOWS, text="", acting=inspector)
    dismiss(dismissed, ground=Ground.MENDED, text="Устранено.", acting=inspector)
    Flag.objects.filter(pk=cleared.pk).update(state=FlagState.CLEARED, closed_at=timezone.now())
    expected = [answered, overdue, violation, warning, waits, confirmed, dismissed, cleared]
    assert shown(page(inspector)) == [each.pk for each in expected]
    assert shown(page(inspector, sort="-queue")) == [each.pk for each in reversed(expected)]
    assert waiting(inspector) == 2
    (section,) = [each for each in navigation(inspector, "/") if each["label"] == "Надзор"]
    assert [(item["label"], item["count"]) for item in section["items"]] == [
        ("Рассмотрение признаков", 2),
        ("Поднадзорные организации", 0),
    ]
    assert shown(page(inspector, review="mine")) == [answered.pk, overdue.pk]


def test_filters(employer: Organization, inspector: Acting):
    report, flags = control.not_unique(employer, places=3)
    experts = {"1": {"name": "Ковалёва Ирина", "number": "002318"}, "2": {"name": "Лаборант", "number": ""}}
    SoutReport.objects.filter(pk=report.pk).update(expert_keys=expert_keys(experts))
    Flag.objects.filter(pk=flags[0].pk).update(severity="ПРЕД", rule="SOUT-TRM-001")
    Flag.objects.filter(pk=flags[1].pk).update(raised_at=timezone.now() - timedelta(days=40))
    confirm(flags[2], ground=Ground.REPORT_SHOWS, text="", acting=inspector)
    made_by = report.organization
    for query, count in [
        ({}, 3),
        ({"employer": employer.inn}, 3),
        ({"employer": "7700000000"}, 0),
        ({"employer": employer.short_name[5:12]}, 3),
        ({"employer": "нет такой"}, 0),
        ({"sout": made_by.sout_registration_number}, 3),
        ({"sout": made_by.inn}, 3),
        ({"sout": made_by.short_name}, 3),
        ({"sout": employer.inn}, 0),
        ({"expert": "2318"}, 3),
        ({"expert": "ковалева"}, 3),
        ({"expert": "КОВАЛЁВА И. С."}, 3),
        ({"expert": "Лаборант"}, 0),
        ({"report": str(report.number)}, 3),
        ({"report": "1"}, 0),
        ({"rule": "SOUT-UNIQ-001"}, 2),
        ({"severity": "ПРЕД"}, 1),
        ({"age": "week"}, 2),
        ({"age": "quarter"}, 1),
        ({"state": "open"}, 3),
        ({"state": "cleared"}, 0),
        ({"review": "new"}, 2),
        ({"review": "confirmed"}, 1),
        ({"review": "mine"}, 0),
        ({"region": "16"}, 3),  # not offered to a territorial inspectorate, so not taken
        ({"expert": " "}, 3),
        ({"at": "хлам"}, 3),
    ]:
        assert len(shown(page(inspector, **query))) == count, query
    assert "Ничего не найдено" in page(inspector, state="cleared")


def test_territory_is_the_border(employer: Organization, inspector: Acting):
    control.not_unique(employer)
    elsewhere = factories.organization(region="16")
    control.not_unique(elsewhere)
    here, there = Flag.objects.order_by("pk")
    assert (here.region, there.region) == ("77", "16")
    assert shown(page(inspector)) == [here.pk]
    tatar = factories.acting(factories.inspectorate(region="16"), rights=INSPECTORS_RIGHTS)
    assert shown(page(tatar)) == [there.pk]
    federal = factories.acting(factories.inspectorate(Inspectorate.FEDERAL), rights=INSPECTORS_RIGHTS)
    assert shown(page(federal)) == [here.pk, there.pk]
    assert shown(page(federal, region="16")) == [there.pk]


def test_a_branch_belongs_to_the_inspectorate_of_its_own_region(employer: Organization, inspector: Acting):
    from accounts.models import Branch

    branch = Branch.objects.create(organization=employer, kpp="160202002", name="Филиал", esia_oid=78)
    report = control.employer_report(employer, branch=branch, region="16")
    factories.workplace(report, number="0")
    control.raise_flags(report)
    tatar = factories.acting(factories.inspectorate(region="16"), rights=INSPECTORS_RIGHTS)
    assert len(shown(page(tatar))) == 1
    assert shown(page(inspector)) == []


def test_without_the_right_nothing(inspectorate: Organization, employer: Organization):
    control.not_unique(employer)
    member = factories.acting(inspectorate, rights=[Right.SETTINGS])
    assert factories.sign_in(Client(), member).get(URL).status_code == 403
    assert not queue(member)
    head_of_employer = factories.acting(employer)
    assert factories.sign_in(Client(), head_of_employer).get(URL).status_code == 403
    assert not queue(head_of_employer)


def test_an_empty_queue(inspector: Acting):
    text = page(inspector)
    assert "Признаков нарушений нет" in text
    assert "Ответов и просроченных вопросов сейчас нет" in text


def test_who_only_reads_has_no_number_in_the_menu(
    inspectorate: Organization, employer: Organization, inspector: Acting
):
    _, (flag,) = control.not_unique(employer)
    ask(flag, text="Поясните номер места.", days=5, acting=inspector)
    Flag.objects.filter(pk=flag.pk).update(review=Review.OVERDUE)
    reader = factories.acting(inspectorate, rights=[Right.INSPECT_FLAGS])
    assert (waiting(inspector), waiting(reader)) == (1, 0)


def test_ten_thousand_rows_cost_what_one_costs(inspector: Acting, employer: Organization):
    report = control.employer_report(employer)
    client = factories.sign_in(Client(), inspector)
    many(report, 1)
    counted(client, URL)
    one = counted(client, URL, size="100")
    many_more = control.employer_report(employer)
    many(many_more, 10_000)
    assert counted(client, URL, size="100") == one <= MOST_QUERIES


@pytest.mark.parametrize("kind", [Inspectorate.TERRITORIAL, Inspectorate.FEDERAL])
@pytest.mark.parametrize("sort", ["queue", "-raised"])
def test_a_page_far_down_is_read_from_the_index(kind: Inspectorate, sort: str, employer: Organization):
    acting = factories.acting(factories.inspectorate(kind), rights=INSPECTORS_RIGHTS)
    report = control.employer_report(employer)
    many(report, 15_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE violations_flag")
        cursor.execute("ANALYZE sout_reports_soutreport")
    client = factories.sign_in(Client(), acting)
    field = "queue_rank" if sort == "queue" else "raised_at"
    sign = "-" if sort.startswith("-") else ""
    edge = Flag.objects.order_by(f"{sign}{field}", f"{sign}pk")[9_989]
    page_1000 = Cursor(getattr(edge, field), edge.pk, 9_991, sort).encode()
    with CaptureQueriesContext(connection) as queries:
        text = client.get(URL, {"sort": sort, "at": page_1000, "size": "10"}).content.decode()
    assert "Записи с 9 991 до 10 000" in text.replace("\u2009", " ")
    (rows,) = [q["sql"] for q in queries if "due_on" in q["sql"] and "ORDER BY" in q["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {rows}")
        plan = cursor.fetchone()[0][0]["Plan"]
    assert "Sort" not in node_types(plan), outline(plan)
    assert flags_read(plan) <= 11, "no more rows than the page shows"
    assert len([q for q in queries if not q["sql"].startswith(PLUMBING)]) <= MOST_QUERIES


def nodes(plan: dict) -> list[dict]:
    return [plan, *(inner for part in plan.get("Plans", []) for inner in nodes(part))]


def node_types(plan: dict) -> set[str]:
    return {node["Node Type"] for node in nodes(plan)}


def flags_read(plan: dict) -> int:
    return sum(node["Actual Rows"] for node in nodes(plan) if node.get("Relation Name") == "violations_flag")


def outline(plan: dict, depth: int = 0) -> str:
    line = f"{'  ' * depth}{plan['Node Type']} {plan.get('Index Name', plan.get('Relation Name', ''))} {plan['Actual Rows']}"
    return "\n".join([line, *(outline(part, depth + 1) for part in plan.get("Plans", []))])
