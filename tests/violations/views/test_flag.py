"""One flag: both places of a number, the history, strangers."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from registries.models import WorkplaceInForce
from tests import factories
from tests.violations import control
from violations.flags.models import Flag
from violations.flags.selectors import rival

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def test_both_places_stand_side_by_side(employer: Organization, client: Client) -> None:
    _, (flag,) = control.not_unique(employer)
    text = client.get(reverse("violations:flag", args=[flag.pk])).content.decode()
    for words in ("Место в этом отчёте", "Действующее место с этим номером", "Кассир 1", "Слесарь 1", "Ремонтный цех"):
        assert words in text, words


def test_the_history(employer: Organization, client: Client, head: Acting) -> None:
    protocol = control.sent(head)
    flag = Flag.objects.get(protocol=protocol)
    text = client.get(reverse("violations:flag", args=[flag.pk])).content.decode()
    for words in ("Признак погашен", "Протокол решения комиссии СОУТ № 1", head.user.short_name, "Признак найден"):
        assert words in text, words
    assert "Действующее место с этим номером" not in text


def test_strangers_and_absent_ones(employer: Organization, client: Client) -> None:
    _, (flag,) = control.not_unique(factories.organization())
    for pk in (flag.pk, 0, 2**70):
        assert client.get(reverse("violations:flag", args=[pk])).status_code == 404


def test_of_a_report_one_may_not_read_only_what_the_flag_says(employer: Organization) -> None:
    """The SOUT organization sees its own report's flag; the rival's report is another organization's."""
    report, (flag,) = control.not_unique(employer)
    in_force = WorkplaceInForce.objects.get(employer_inn=employer.inn)
    WorkplaceInForce.objects.filter(pk=in_force.pk).update(
        snils=[factories.snils(n) for n in range(3)], final_class="3.2"
    )
    bringer = factories.acting(report.organization)
    told = rival(flag, bringer)
    assert (told.position, told.report, told.snils, told.final_class) == ("Слесарь 1", None, (), "")
    own = rival(flag, factories.acting(employer))
    assert own.report is not None
    assert (len(own.snils), own.final_class) == (3, "3.2")
    page = factories.sign_in(Client(), bringer).get(reverse("violations:flag", args=[flag.pk])).content.decode()
    assert "3.2" not in page
