"""«Поднадзорные организации», the card of one, and the pages of its reports as an inspector reads them."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Branch, Inspectorate, Organization
from accounts.rights import Right
from sout_reports.models import SoutReport
from sout_reports.states import State
from tests import factories
from tests.violations import control
from tests.violations.inspection.conftest import INSPECTORS_RIGHTS
from violations.flags.models import Flag

pytestmark = pytest.mark.django_db

URL = reverse("violations:supervised")
MOST_QUERIES = 12
PLUMBING = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")


def page(acting: Acting, address: str = URL, **query: str) -> str:
    return factories.sign_in(Client(), acting).get(address, query).content.decode()


def names(text: str) -> list[int]:
    return [int(key) for key in re.findall(r'<a href="/control/inspection/organizations/(\d+)/">', text)]


def card(organization: Organization) -> str:
    return reverse("violations:supervised_organization", args=[organization.pk])


def test_the_list_of_the_territory(inspector: Acting):
    plant = factories.organization(short_name="АО «Бета»", region="77")
    office = factories.organization(short_name="АО «Альфа»", region="77")
    factories.organization(short_name="АО «Казань»", region="16")
    report, _ = control.not_unique(plant, places=2)
    factories.report(plant, state=State.SUPERSEDED)
    text = page(inspector)
    assert names(text)[:2] == [office.pk, plant.pk], "by name"
    assert "АО «Казань»" not in text
    assert "г. Москва" in text
    for query, found in [
        ({"q": plant.inn}, [plant.pk]),
        ({"q": "бета"}, [plant.pk]),
        ({"q": "нет такой"}, []),
        ({"have": "flags"}, [plant.pk]),
        ({"have": "reports"}, [plant.pk]),
        ({"have": "none", "q": "альфа"}, [office.pk]),
    ]:
        assert names(page(inspector, **query)) == found, query
    one = page(inspector, q=plant.inn)
    assert re.search(r'data-label="Отчётов"><div class="cell">2<', one), "the replaced one is not counted"
    assert f"?employer={plant.inn}&amp;state=open" in one
    assert report.open_flags == 0 < SoutReport.objects.get(pk=report.pk).open_flags


def test_a_branch_brings_its_organization_to_another_territory(employer: Organization):
    tatar = factories.acting(factories.inspectorate(region="16"), rights=INSPECTORS_RIGHTS)
    assert names(page(tatar)) == []
    branch = Branch.objects.create(organization=employer, kpp="160202002", name="Филиал в Казани", esia_oid=78)
    here = factories.report(employer, branch=branch, region="16")
    elsewhere = factories.report(employer)
    assert names(page(tatar)) == [employer.pk]
    text = page(tatar, card(employer))
    assert f"№ {here.number}" in text
    assert f"№ {elsewhere.number}" not in text


def test_the_federal_body_sees_all_and_chooses_a_region():
    federal = factories.acting(factories.inspectorate(Inspectorate.FEDERAL), rights=INSPECTORS_RIGHTS)
    here, there = factories.organization(region="77"), factories.organization(region="16")
    assert set(names(page(federal))) == {here.pk, there.pk}
    assert names(page(federal, region="16")) == [there.pk]


def test_the_card_holds_reports_and_flags(employer: Organization, inspector: Acting):
    report, _flags = control.not_unique(employer, places=12)
    text = page(inspector, card(employer))
    assert employer.full_name in text
    assert reverse("sout_reports:report", args=[report.uid]) in text
    assert text.count("/control/inspection/flags/") >= 10
    assert "Показать все: 12" in text.replace("\xa0", " ").replace("\u2009", " ")


def test_a_foreign_organization_is_an_absent_one(inspector: Acting):
    foreign = factories.organization(region="16")
    client = factories.sign_in(Client(), inspector)
    absent = reverse("violations:supervised_organization", args=[999_999_999])
    huge = reverse("violations:supervised_organization", args=[10**30])
    answers = [client.get(each) for each in (card(foreign), absent, huge)]
    assert [each.status_code for each in answers] == [404, 404, 404]
    assert len({factories.page_of(each) for each in answers}) == 1


def test_without_the_right(inspectorate: Organization, employer: Organization):
    client = factories.sign_in(Client(), factories.acting(inspectorate, rights=[Right.SETTINGS]))
    assert [client.get(each).status_code for each in (URL, card(employer))] == [403, 403]


def test_the_lists_cost_the_same_for_many(inspector: Acting, employer: Organization):
    client = factories.sign_in(Client(), inspector)
    costs = []
    for more in (1, 20):
        for _ in range(more):
            factories.report(employer)
            factories.report(factories.organization())
        control.not_unique(employer, places=more)
        for address in (URL, card(employer)):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address, {"size": "100"}).status_code == 200
            costs.append(len([each for each in queries if not each["sql"].startswith(PLUMBING)]))
    assert costs[:2] == costs[2:]
    assert max(costs) <= MOST_QUERIES


def report_pages(report: SoutReport, measurement: int) -> dict[str, str]:
    place = report.places.first()
    return {
        "report": reverse("sout_reports:report", args=[report.uid]),
        "workplaces": reverse("sout_reports:workplaces", args=[report.uid]),
        "workplace": reverse("sout_reports:workplace", args=[report.uid, place.ordinal]),
        "protocol": reverse("sout_reports:protocol", args=[report.uid, measurement]),
        "history": reverse("sout_reports:history", args=[report.uid]),
        "expertise": reverse("violations:expertise", args=[report.uid]),
    }


@pytest.fixture
def report(employer: Organization) -> SoutReport:
    found, _ = control.not_unique(employer)
    found.places.update(fragment=factories.fragments()["card"])
    found.protocols.create(
        ordinal=1, number="1", factor=4, factor_name="Шум", conditions="2", fragment=factories.fragments()["protocol"]
    )
    return found


def links(text: str) -> set[str]:
    return {each.replace("&amp;", "&") for each in re.findall(r'href="(/[^"#]*)"', text)}


def test_every_page_of_a_report_is_an_inspectors_too(report: SoutReport, employer: Organization, inspector: Acting):
    client = factories.sign_in(Client(), inspector)
    followed: set[str] = set()
    for name, address in report_pages(report, 1).items():
        answered = client.get(address)
        assert answered.status_code == 200, name
        text = answered.content.decode()
        crumbs = text[text.index('class="breadcrumbs"') : text.index("</nav>", text.index('class="breadcrumbs"'))]
        assert URL in crumbs, name
        assert card(employer) in crumbs, name
        assert "Отчёты СОУТ" not in text, name
        assert "Переданные отчёты" not in text, name
        followed |= links(text)
    followed -= {each for each in followed if each.startswith("/static/")}
    for address in sorted(followed):
        led = client.get(address, follow=True)
        if led.streaming:
            b"".join(led.streaming_content)
        assert led.status_code == 200, address


def test_report_pages_of_another_territory_are_absent(report: SoutReport):
    stranger = factories.sign_in(
        Client(), factories.acting(factories.inspectorate(region="16"), rights=INSPECTORS_RIGHTS)
    )
    for name, address in report_pages(report, 1).items():
        assert stranger.get(address).status_code == 404, name


def test_a_cleared_flags_protocol_is_named_not_linked(employer: Organization, inspector: Acting):
    head = factories.acting(employer)
    control.sent(head)
    flag = Flag.objects.get(state="cleared")
    text = page(inspector, reverse("violations:inspect_flag", args=[flag.pk]))
    assert "погашено протоколом № 1" in text
    assert "/control/protocols/" not in text
