"""«Удалить черновик»."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from tests import factories
from tests.violations import control

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def test_a_draft_goes_away(employer: Organization, client: Client, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    answer = client.post(reverse("violations:protocol_withdraw", args=[protocol.uid]))
    assert answer["Location"] == reverse("violations:protocols")
    assert client.get(reverse("violations:protocol", args=[protocol.uid])).status_code == 404
