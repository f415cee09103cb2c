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


def test_the_page_asks_before_it_deletes(employer: Organization, client: Client, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    action = f'action="{reverse("violations:protocol_withdraw", args=[protocol.uid])}"'
    page = client.get(reverse("violations:protocol_edit", args=[protocol.uid])).content.decode()
    before, dialog = page.split('<dialog class="dialog" id="withdraw"')
    assert 'popovertarget="withdraw"' in before
    assert action not in before
    assert page.count(action) == dialog.split("</dialog>")[0].count(action) == 1


def test_a_draft_goes_away(employer: Organization, client: Client, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    answer = client.post(reverse("violations:protocol_withdraw", args=[protocol.uid]))
    assert answer["Location"] == reverse("violations:protocols")
    assert client.get(reverse("violations:protocol", args=[protocol.uid])).status_code == 404
