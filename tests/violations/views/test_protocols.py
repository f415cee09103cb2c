"""The list of protocols."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from tests import factories
from tests.violations import control

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def test_the_list(employer: Organization, client: Client, head: Acting) -> None:
    protocol = control.sent(head)
    _, flags = control.not_unique(employer, places=2)
    control.drafted(head, flags[:1])
    text = client.get(reverse("violations:protocols")).content.decode()
    for words in (f"№ 1 от {protocol.date:%d.%m.%Y}", "№ 2 от ", "Отправлен", "Черновик", "Импорт протокола"):
        assert words in text, words
    only = client.get(reverse("violations:protocols"), {"state": "applied"}).content.decode()
    assert "№ 2 от " not in only


def test_it_costs_the_same_for_many(employer: Organization, client: Client, head: Acting) -> None:
    counts = []
    for _ in range(2):
        _, flags = control.not_unique(employer, places=8)
        for flag in flags:
            control.drafted(head, [flag])
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("violations:protocols"))
        asked = [q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SET TRANSACTION"))]
        counts.append(len(asked))
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_empty(client: Client) -> None:
    assert "Протоколов пока нет" in client.get(reverse("violations:protocols")).content.decode()
