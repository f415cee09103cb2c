"""Members of commissions kept for reuse, and their place in the editor of a protocol."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Branch, Organization
from core.journal.models import Event
from tests import factories
from tests.violations import control
from tests.violations.views.test_protocol_edit import posted
from violations.protocols.actions import keep_member
from violations.protocols.models import KeptMember

pytestmark = pytest.mark.django_db
PAGE = "/control/members/"
TYPED = {"last_name": "Новикова", "first_name": "Вера", "middle_name": "Олеговна", "position": "Врач"}


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def test_kept_changed_and_forgotten(head: Acting, client: Client) -> None:
    assert client.post(PAGE, TYPED).status_code == 302
    assert client.post(PAGE, TYPED).status_code == 422, "already there"
    member = KeptMember.objects.get()
    assert "Новикова Вера Олеговна" in client.get(PAGE).content.decode()
    page = f"{PAGE}{member.pk}/"
    changed = TYPED | {"position": "Главный врач", "do": "save", "version": 1}
    assert client.post(page, changed).status_code == 302
    stale = client.post(page, changed | {"position": "Медсестра"})
    assert stale.status_code == 409
    assert "Сейчас сохранено: Новикова Вера Олеговна, Главный врач" in stale.content.decode()
    assert client.post(page, TYPED | {"do": "save", "version": 2, "last_name": ""}).status_code == 422
    assert client.post(page, {"do": "forget"}).status_code == 302
    assert client.get(page).status_code == 404
    events = Event.objects.filter(verb__startswith="commission_member.").order_by("pk")
    assert [event.verb.split(".")[1] for event in events] == ["kept", "changed", "forgotten"]
    assert "Новикова" not in str([event.payload for event in events])


def test_a_branch_keeps_its_own(employer: Organization, head: Acting) -> None:
    member = keep_member(TYPED, acting=head)
    branch = Branch.objects.create(organization=employer, name="Филиал", kpp="661243001")
    there = factories.sign_in(Client(), factories.acting(employer, branch=branch))
    assert "Новикова" not in there.get(PAGE).content.decode()
    assert there.post(f"{PAGE}{member.pk}/", {"do": "forget"}).status_code == 404


def test_the_editor_proposes_them(employer: Organization, head: Acting, client: Client) -> None:
    kept = keep_member(TYPED, acting=head)
    foreign = keep_member(TYPED | {"last_name": "Чужая"}, acting=factories.acting())
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    url = reverse("violations:protocol_edit", args=[protocol.uid])
    text = client.get(url).content.decode()
    assert "Новикова Вера Олеговна" in text
    assert "Чужая" not in text
    before = protocol.members.count()
    answer = client.post(url, posted(protocol, do=f"add_kept:{kept.pk}"))
    assert answer["Location"].endswith("#commission")
    added = protocol.members.last()
    assert (str(added), added.position, added.chairman) == ("Новикова Вера Олеговна", "Врач", False)
    assert f"add_kept:{kept.pk}" not in client.get(url).content.decode(), "proposed once"
    client.post(url, posted(protocol, do=f"add_kept:{foreign.pk}"))
    assert protocol.members.count() == before + 1, "nobody else's"
