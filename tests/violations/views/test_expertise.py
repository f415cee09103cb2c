"""«Протокол электронной экспертизы»: what it says, to whom, and its PDF."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from accounts.rights import Right
from tests import factories
from tests.violations import control
from violations.flags.models import Flag
from violations.rules.sout import book

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def test_it_says_what_the_form_asks(employer: Organization, client: Client) -> None:
    report, flags = control.not_unique(employer, places=25)
    Flag.objects.filter(pk=flags[0].pk).update(rule="SOUT-WP-004", severity="ПРЕД")
    text = client.get(reverse("violations:expertise", args=[report.uid])).content.decode()
    for words in (
        "Протокол электронной экспертизы качества проведения СОУТ",
        f"№ {report.number} от ",
        report.sout_id,
        report.sout_organization_name,
        book.edition(),
        "Сводка по тяжести",
        "Найдено не уникальное рабочее место",
        "Не погашено: 24 из 24",
        "Показать все: 24\xa0признака",
        "Не соответствует требованиям",
        "Создать протокол по всем признакам отчёта",
    ):
        assert words in text, words


def test_the_sout_organization_reads_it_and_presses_nothing(employer: Organization) -> None:
    report, _ = control.not_unique(employer)
    bringer = factories.acting(report.organization, rights=[Right.IMPORT_REPORTS])
    text = factories.sign_in(Client(), bringer).get(reverse("violations:expertise", args=[report.uid])).content.decode()
    assert "Найдено не уникальное рабочее место" in text
    assert "Создать протокол" not in text


def test_a_clean_report(employer: Organization, client: Client) -> None:
    report = control.employer_report(employer)
    text = client.get(reverse("violations:expertise", args=[report.uid])).content.decode()
    assert "Признаков нарушений не найдено" in text


def test_others(employer: Organization, client: Client) -> None:
    foreign, _ = control.not_unique(factories.organization())
    assert client.get(reverse("violations:expertise", args=[foreign.uid])).status_code == 404
    assert client.get(reverse("violations:expertise_pdf", args=[foreign.uid])).status_code == 404
