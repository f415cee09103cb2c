"""«Что увидит этот сотрудник»: for every right of every kind of organization, and where he would see nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.acting import Acting
from accounts.actions import create_grant
from accounts.models import EsiaRole, Grant, Inspectorate, Organization, Source
from accounts.preview import would_see
from accounts.rights import Kind, Right, missing_companions
from core.journal.models import Event
from tests import factories
from tests.violations import control

pytestmark = pytest.mark.django_db

INVITE = "/administration/invite/"


def with_companions(right: Right) -> list[str]:
    codes = {right.value}
    while lacking := {each.value for needs in missing_companions(codes).values() for each in needs} - codes:
        codes |= lacking
    return [each.value for each in Right if each.value in codes]


def place_of(kind: Kind) -> Organization:
    """With something of each kind of object for its people to see."""
    if kind == Kind.EMPLOYER:
        place = factories.organization()
        control.drafted(factories.acting(place), control.not_unique(place, places=2)[1][:1])
        return place
    if kind == Kind.SOUT_ORGANIZATION:
        place = factories.sout_organization()
        factories.report(by=factories.acting(place))
        return place
    national = kind == Kind.NATIONAL_INSPECTORATE
    place = factories.inspectorate(Inspectorate.FEDERAL if national else Inspectorate.TERRITORIAL)
    control.not_unique(factories.organization(), places=2)
    return place


def form_of(rights: list[str], snils: str) -> dict[str, object]:
    return {"rights": rights, "last_name": "Новая", "first_name": "Анна", "snils": snils}


@pytest.mark.parametrize(("right", "kind"), [(right, kind) for right in Right for kind in right.kinds])
def test_what_he_would_see_is_what_he_then_sees(right, kind, client):
    place = place_of(kind)
    head = factories.acting(place)
    invited = factories.user()
    form = form_of(with_companions(right), invited.snils)
    factories.sign_in(client, head)
    before = Event.objects.count()
    answer = client.post(INVITE, form | {"do": "preview"})
    assert answer.status_code == 200
    promised = [(each.label, each.count) for each in answer.context["seen"]]
    assert not Grant.objects.filter(user=invited).exists(), "nothing of the preview stays"
    assert Event.objects.count() == before
    assert client.post(INVITE, form | {"do": "save"}).status_code == 302
    grant = Grant.objects.select_related("organization", "branch").get(user=invited)
    assert promised == seen_by_himself(Acting(invited, place, None, grant, frozenset(grant.rights)))


def seen_by_himself(who: Acting) -> list[tuple[str, int | None]]:
    """(label, rows) of his menu's links; a link without rows of its own only has to open."""
    theirs = factories.sign_in(Client(), who)
    home = theirs.get("/home/")
    found: list[tuple[str, int | None]] = []
    for section in home.context["nav"]:
        for item in section["items"]:
            page = theirs.get(item["url"])
            assert page.status_code == 200, item["label"]
            found.append((item["label"], _rows(page.context)))
    return found


def _rows(context: Any) -> int | None:
    """How many rows the page lists. «Ведение реестров» is a form with the latest uploads below it."""
    if "uploads" in context:
        return len(context["uploads"])
    return context["page"].total if "page" in context else None


def test_lists_are_not_all_empty():
    """The comparison above is worth something only where there is something to count."""
    seen: dict[str, int] = {}
    for kind in Kind:
        place = place_of(kind)
        head = factories.acting(place)
        for label, count in seen_by_himself(head):
            seen[label] = max(seen.get(label, 0), count or 0)
    for label in (
        "Отчёты СОУТ",
        "Переданные отчёты",
        "Протоколы решения комиссий СОУТ",
        "Признаки нарушений",
        "Рассмотрение признаков",
        "Поднадзорные организации",
        "Сотрудники",
    ):
        assert seen[label], label


def preview(client: Client, snils: str, **more: object) -> object:
    return client.post(INVITE, form_of(["sout.view_reports"], snils) | {"do": "preview"} | more)


def test_nothing_where_esia_takes_him_for_no_employee(client):
    head = factories.acting()
    factories.sign_in(client, head)
    former = factories.user()
    place = head.organization
    role = EsiaRole.objects.create(
        user=former, org_oid=place.esia_oid, full_name="ООО", ogrn=place.ogrn, seen_at=timezone.now()
    )
    assert preview(client, former.snils).context["seen"]
    role.gone_at = timezone.now()
    role.save(update_fields=["gone_at"])
    answer = preview(client, former.snils)
    assert answer.context["seen"] == []
    assert "ЕСИА больше не называет его сотрудником" in answer.content.decode()


def test_nothing_where_he_is_blocked_in_the_whole_organization():
    head = factories.acting()
    branch = head.organization.branches.create(name="Филиал", kpp="710101001", esia_oid=3_200_000_001)
    person = factories.user()

    def in_branch() -> Grant:
        return factories.grant(person, head.organization, branch=branch, rights=[Right.VIEW_REPORTS])

    assert would_see(in_branch)
    create_grant(user=person, organization=head.organization, is_blocked=True, source=Source.GRANT, actor=head)
    assert would_see(in_branch) == []


def test_a_grant_that_was_changed_meanwhile_is_not_previewed(client, monkeypatch):
    head = factories.acting()
    theirs = factories.grant(factories.user(), head.organization, rights=[Right.VIEW_REPORTS])
    factories.sign_in(client, head)
    address = reverse("accounts:access_edit", args=[theirs.pk])
    from accounts.views import access_edit

    def change_first(grant: Grant, given: object, *, actor: Acting) -> Grant:
        create_grant(
            user=grant.user,
            organization=head.organization,
            rights=["control.view_flags"],
            source=Source.GRANT,
            actor=head,
        )
        return real(grant, given, actor=actor)

    real = access_edit.change_access
    monkeypatch.setattr(access_edit, "change_access", change_first)
    answer = client.post(address, {"do": "preview", "rights": "sout.view_reports"})
    assert (answer.status_code, answer["Location"]) == (302, address)
