"""Printed documents."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.acting import Acting
from accounts.models import Branch, Organization
from core.pdf import fingerprint, html_to_pdf, printed_html
from tests import factories
from tests.violations import control
from violations import documents
from violations.flags.models import Flag

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def test_the_expertise(employer: Organization) -> None:
    report, _ = control.not_unique(employer)
    before = documents._expertise_version(report)
    html = printed_html(documents.EXPERTISE, report)
    assert "Найдено не уникальное рабочее место" in html
    Flag.objects.filter(report=report).update(state="obsolete", closed_at="2026-11-01T00:00Z")
    assert documents._expertise_version(report) != before


def test_the_protocol(employer: Organization, head: Acting) -> None:
    protocol = control.sent(head)
    html = printed_html(documents.PROTOCOL, protocol)
    for words in (
        "1. Реквизиты протокола",
        "2. Сведения об организации",
        "3. Сведения о рабочих местах",
        "4. Сведения о комиссии",
    ):
        assert words in html, words
    assert head.user.snils not in html
    assert html_to_pdf(html).startswith(b"%PDF")


def test_every_sheet_bears_the_address_of_the_cabinet(employer: Organization, head: Acting, settings: Any) -> None:
    """The guide promises it: a reader compares it with the address he has opened."""
    settings.PUBLIC_URL = "https://cabinet.example.org"
    report, _ = control.not_unique(employer, places=60)
    before = fingerprint(documents.EXPERTISE, report)
    pages = PdfReader(BytesIO(html_to_pdf(printed_html(documents.EXPERTISE, report)))).pages
    assert len(pages) > 1
    for page in pages:
        assert "https://cabinet.example.org" in page.extract_text()
    settings.PUBLIC_URL = "https://another.example.org"
    assert fingerprint(documents.EXPERTISE, report) != before, "a file made under the old address is made anew"


def test_the_pages_that_wait_for_them(employer: Organization, client: Client, head: Acting) -> None:
    report, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    for name, uid in (("expertise_pdf", report.uid), ("protocol_pdf", protocol.uid)):
        assert client.get(reverse(f"violations:{name}", args=[uid])).status_code == 200


def test_a_branchs_protocol_has_the_branchs_kpp(employer: Organization, head: Acting) -> None:
    """As in the signed XML."""
    branch = Branch.objects.create(organization=employer, kpp="770143001", name="Филиал")
    _, flags = control.not_unique(employer, branch=branch)
    protocol = control.frozen(factories.acting(employer, branch=branch), flags)
    html = printed_html(documents.PROTOCOL, protocol)
    assert "770143001" in html
    assert employer.kpp not in html
    assert b"<Kpp>770143001</Kpp>" in bytes(protocol.document)
