"""The region of an employer, by which its inspectorate is found: stated, filled where it is empty, never rewritten."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from accounts.actions import claim_organization, ensure_employer, mark_sout_organization
from accounts.esia.said import OrganizationSaid
from accounts.models import Branch, Inspectorate, Organization
from core.journal.models import Event
from core.regions import region_of_codes
from sout_reports.actions.finishing import region_of
from sout_reports.models import SoutReport
from tests import factories
from violations.flags.models import Flag

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("codes", "region"),
    [
        (("667801001", "7700000000"), "66"),
        (("", "7700000000"), "77"),
        (("", ""), ""),
        (("000001001", "6600000000"), "66"),
        (("997750001", "7700000000"), "77"),  # an office for the largest taxpayers
        (("997750001", "9909000000"), ""),  # a foreign organization without an office that tells
        (("770143001", "9909000000"), "77"),
        (("990101001",), "99"),  # Baikonur
        (("", "9701000000"), "77"),  # Moscow's second code
        (("", "8101000000"), "59"),  # a region that was joined to another
    ],
)
def test_region_of_codes(codes: tuple[str, ...], region: str):
    assert region_of_codes(*codes) == region


def named(inn: str, ogrn: str, **fields: str) -> Organization:
    return ensure_employer(inn=inn, ogrn=ogrn, full_name="Общество", **fields)


def numbers() -> tuple[str, str]:
    made = factories.organization()
    return made.inn, made.ogrn


@pytest.mark.parametrize(
    ("region", "kpp", "expected"),
    [("66", "770101001", "66"), ("00", "660101001", "66"), ("", "", "77"), ("00", "", "77")],
)
def test_a_report_tells_the_region_of_a_new_employer(region: str, kpp: str, expected: str):
    made = named(factories.inn10(901), factories.ogrn13(901), region=region, kpp=kpp)
    assert made.region == expected


def test_a_report_fills_what_is_empty_and_leaves_what_is_known():
    known = factories.organization(region="", is_employer=False)
    filled = named(known.inn, known.ogrn, region="66")
    assert (filled.region, filled.is_employer) == ("66", True)
    event = Event.objects.get(verb="organization.updated")
    assert (event.payload["region"], event.payload["is_employer"]) == ("66", True)
    assert named(known.inn, known.ogrn, region="16").region == "66"
    assert Event.objects.filter(verb="organization.updated").count() == 1


def test_the_register_of_sout_organizations_knows_no_region():
    made = mark_sout_organization(
        inn=factories.inn10(902), ogrn=factories.ogrn13(902), registration_number="77001", full_name="Центр"
    )
    assert made.region == "77"


def test_what_esia_says_fills_an_empty_region_only():
    def said(of: Organization, kpp: str) -> OrganizationSaid:
        return OrganizationSaid(
            oid=of.esia_oid, inn=of.inn, ogrn=of.ogrn, kpp=kpp, entity="LEGAL", full_name="Общество", short_name="ООО"
        )

    person = factories.user()
    empty = factories.organization(region="", kpp="")
    assert claim_organization(said(empty, "660101001"), user=person).region == "66"
    known = factories.organization(region="16")
    assert claim_organization(said(known, "660101001"), user=person).region == "16"
    body = factories.inspectorate(Inspectorate.TERRITORIAL, region="16")
    assert claim_organization(said(body, "770101001"), user=person).region == "16"


def test_a_report_has_the_region_of_its_branch_else_of_the_employer():
    employer = factories.organization(region="")
    of_branch = Branch.objects.create(organization=employer, kpp="160243001", name="Филиал")
    assert region_of(employer, of_branch) == "16"
    of_branch.kpp = "997743001"
    assert region_of(employer, of_branch) == "77", "the employer's own numbers"
    employer.region = "66"
    assert region_of(employer, None) == "66"
    assert region_of(None, None) == ""


@pytest.mark.parametrize("at_once", [1000, 1])
def test_the_migration_fills_what_is_there_already(at_once: int, monkeypatch: pytest.MonkeyPatch):
    migration = importlib.import_module("violations.migrations.0007_fill_regions")
    monkeypatch.setattr(migration, "BATCH", at_once)
    monkeypatch.setattr(migration, "REPORTS_AT_ONCE", at_once)
    assert not migration.Migration.atomic, "nobody waits for the locks of all flags"
    silent = factories.organization(region="", kpp="660101001")
    largest = factories.organization(region="99", kpp="997750001")
    baikonur = factories.organization(region="99", kpp="990101001")
    known = factories.organization(region="16")
    federal = factories.inspectorate(Inspectorate.FEDERAL, region="")
    branch = Branch.objects.create(organization=known, kpp="160243001", name="Филиал")
    reports = {
        "of silent": (factories.report(silent), "66"),
        "of largest": (factories.report(largest), "77"),
        "of baikonur": (factories.report(baikonur), "99"),
        "of a branch": (factories.report(known, branch=branch, region=""), "16"),
        "known": (factories.report(known, region="50"), "50"),
    }
    flag = Flag.objects.create(
        report=reports["of silent"][0], rule="SOUT-TRM-001", object_ordinal=1, severity="НАРУШ", message="Срок"
    )
    for _ in range(2):
        migration.fill(apps, SimpleNamespace(connection=connection))
    found = {each.pk: each.region for each in Organization.objects.all()}
    assert [found[each.pk] for each in (silent, largest, baikonur, known, federal)] == ["66", "77", "99", "16", ""]
    for name, (report, region) in reports.items():
        assert SoutReport.objects.get(pk=report.pk).region == region, name
    flag.refresh_from_db()
    assert flag.region == "66"
