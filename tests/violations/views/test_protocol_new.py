"""From a flag, from several ticked, from all of a report."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from accounts.rights import Right
from tests import factories
from tests.violations import control
from violations.protocols.models import CommissionProtocol

pytestmark = pytest.mark.django_db

URL = reverse("violations:protocol_new")


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def test_from_one_from_several_from_all(employer: Organization, client: Client) -> None:
    report, flags = control.not_unique(employer, places=4)
    for data, count in [
        ({"flag": [flags[0].pk]}, 1),
        ({"flag": [flag.pk for flag in flags[1:3]]}, 2),
        ({"report": str(report.uid)}, 1),
    ]:
        answer = client.post(URL, data)
        protocol = CommissionProtocol.objects.latest("pk")
        assert answer["Location"] == reverse("violations:protocol_edit", args=[protocol.uid])
        assert protocol.rows.count() == count


def test_pressed_twice_is_one_draft(employer: Organization, client: Client) -> None:
    report, _ = control.not_unique(employer)
    answers = [client.post(URL, {"report": str(report.uid)}) for _ in range(2)]
    assert CommissionProtocol.objects.count() == 1
    assert answers[0]["Location"] == answers[1]["Location"]
    assert "Уже в других неотправленных протоколах" in client.get(answers[1]["Location"]).content.decode()


@pytest.mark.parametrize("data", [{}, {"flag": "x"}, {"flag": "9" * 40}, {"report": "x"}, {"flag": "0"}])
def test_nothing_chosen(data: dict[str, str], client: Client) -> None:
    answer = client.post(URL, data)
    assert answer["Location"] == reverse("violations:flags")
    assert not CommissionProtocol.objects.exists()


def test_nothing_chosen_keeps_the_filters(client: Client) -> None:
    answer = client.post(URL, {"list": "state=open&by=К&next=//evil.example"})
    assert answer["Location"].startswith(reverse("violations:flags") + "?state=open&by=%D0%9A")


def test_flags_of_others_are_no_ground(client: Client) -> None:
    report, flags = control.not_unique(factories.organization())
    client.post(URL, {"flag": [flags[0].pk]})
    client.post(URL, {"report": str(report.uid)})
    assert not CommissionProtocol.objects.exists()


def test_it_takes_the_right(employer: Organization) -> None:
    looker = factories.sign_in(Client(), factories.acting(employer, rights=[Right.VIEW_FLAGS]))
    assert looker.post(URL).status_code == 403
    assert looker.get(URL).status_code == 405
