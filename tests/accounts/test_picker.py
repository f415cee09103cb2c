"""«Добавить сотрудника» for who manages access of a branch, and in the dialog when ЕСИА has to be asked anew or cannot answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import SESSION_CONFIRMED
from accounts.actions import create_grant
from accounts.esia.problems import EsiaProblem
from accounts.models import Branch, Grant, Invitation, Source, User
from simulators.demo_accounts import load_demo_accounts
from simulators.people import (
    ZMZ,
    ZMZ_BRANCH,
    ZMZ_BRANCH_SAFETY,
    ZMZ_HEAD,
    ZMZ_NO_RIGHTS,
    demo_cast,
)
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/administration/"
ADD = "/administration/add/"
PICKER = "/administration/add/employees/"
INVITE = "/administration/invite/"
IN_DIALOG = {"HX-Request": "true"}


@pytest.fixture
def head(walker):
    """The plant's head, through ЕСИА."""
    load_demo_accounts()
    walker.sign_in(ZMZ_HEAD)
    walker.choose("ЗМЗ")
    return walker


@pytest.fixture
def local(walker):
    """The administrator of the plant's branch, through ЕСИА."""
    load_demo_accounts()
    former = Grant.objects.get(user__snils=person(ZMZ_BRANCH_SAFETY).snils)
    create_grant(
        user=former.user,
        organization=former.organization,
        branch=former.branch,
        is_admin=True,
        source=Source.COMMAND,
        actor=None,
    )
    walker.sign_in(ZMZ_BRANCH_SAFETY)
    walker.choose("ЗМЗ")
    return walker


def person(oid: int) -> Any:
    return demo_cast().people[oid]


def draft_in(answer: Any) -> str:
    assert answer.status_code == 302
    return answer["Location"]


def forget_token(walker: Any) -> None:
    session = walker.cabinet.session
    session["esia_organization_token"] |= {"ends": 0}
    session.save()


# --- a branch


def test_who_manages_a_branch_adds_a_colleague_of_it(local, esia):
    form = local.cabinet.get(ADD)
    assert 'name="branch"' not in form.content.decode(), "there is nothing to choose"
    assert "Филиал в г. Каменск-Уральский" in form.content.decode()
    esia.employment(ZMZ_NO_RIGHTS, ZMZ, branch=str(ZMZ_BRANCH))
    to_picker = draft_in(local.cabinet.post(ADD, {"do": "pick", "rights": "sout.view_reports"}))
    listed = local.cabinet.get(to_picker).context["rows"]
    assert {each.oid for each in listed} == {ZMZ_BRANCH_SAFETY, ZMZ_NO_RIGHTS}
    address = draft_in(local.cabinet.post(to_picker, {"do": "choose", "employee": str(ZMZ_NO_RIGHTS)}))
    assert person(ZMZ_NO_RIGHTS).full_name in local.cabinet.get(address).content.decode()
    seen = local.cabinet.post(address, {"do": "preview", "rights": "sout.view_reports"})
    assert seen.context["seen"]
    saved = local.cabinet.post(address, {"do": "save", "rights": "sout.view_reports"})
    assert draft_in(saved) == LIST
    grant = Grant.objects.get(user__snils=person(ZMZ_NO_RIGHTS).snils)
    assert grant.branch.esia_oid == ZMZ_BRANCH
    assert person(ZMZ_NO_RIGHTS).full_name in local.cabinet.get(LIST).content.decode()


def test_who_manages_a_branch_invites_to_it(client):
    place = factories.organization()
    branch = Branch.objects.create(organization=place, name="Филиал в Туле", kpp="710101001", esia_oid=3_100_000_001)
    other = Branch.objects.create(organization=place, name="Филиал в Орле", kpp="570101001", esia_oid=3_100_000_002)
    factories.sign_in(client, factories.acting(place, branch=branch))
    form = {"do": "save", "rights": "sout.view_reports", "last_name": "Тульская", "first_name": "Яна"}
    assert "Филиал в Туле" in client.get(INVITE).content.decode()
    assert draft_in(client.post(INVITE, form | {"snils": factories.snils(611)})) == LIST
    assert Grant.objects.get(user__snils=factories.snils(611)).branch == Invitation.objects.get().branch == branch
    refused = client.post(INVITE, form | {"snils": factories.snils(612), "branch": str(other.pk)})
    assert refused.status_code == 422
    assert not User.objects.filter(snils=factories.snils(612)).exists()


@pytest.mark.parametrize("query", [{}, {"search": "q", "sort": "sortBy", "order": "sortOrder"}, None])
def test_a_branch_reads_nobody_of_the_head_office(local, settings, query):
    """Whatever ЕСИА can narrow: others' rows are dropped here, and a search of the whole organization is not offered."""
    if query is not None:
        settings.ESIA = settings.ESIA | {"employee_query": query}
    for address in (PICKER, PICKER + "?size=100", PICKER + "?page=2"):
        page = local.cabinet.get(address)
        assert {each.oid for each in page.context["rows"]} <= {ZMZ_BRANCH_SAFETY}
        assert person(ZMZ_NO_RIGHTS).full_name not in page.content.decode()
        assert ('name="find"' in page.content.decode()) == (query is None)
    found = draft_in(local.cabinet.post(PICKER, {"do": "find", "find": person(ZMZ_NO_RIGHTS).snils}))
    assert [each for each in local.cabinet.get(found).context["rows"] if each.oid != ZMZ_BRANCH_SAFETY] == []
    posted = draft_in(local.cabinet.post(PICKER, {"do": "choose", "employee": str(ZMZ_NO_RIGHTS)}))
    form = local.cabinet.get(posted)
    assert person(ZMZ_NO_RIGHTS).full_name not in form.content.decode()
    assert "ЕСИА больше не называет этого человека сотрудником" in form.content.decode()
    assert local.cabinet.post(posted, {"do": "save", "rights": "sout.view_reports"}).status_code == 422


def test_a_page_of_the_list_without_anybody_of_the_branch_leads_on(local, esia, settings):
    settings.ESIA = settings.ESIA | {"employee_query": {}}
    esia.post("crowd", size="60")
    empty = local.cabinet.get(PICKER + "?page=5")
    assert empty.context["rows"] == []
    assert "нет сотрудников филиала" in empty.content.decode()
    assert empty.context["page"].next_url
    assert "Список стал короче" in local.cabinet.get(PICKER + "?page=900").content.decode()


def test_a_branch_that_esia_does_not_know_is_refused_in_words(local, esia):
    """Its people cannot be told from those of the head office, who have no branch in ЕСИА either."""
    Branch.objects.filter(esia_oid=ZMZ_BRANCH).update(esia_oid=None)
    before = esia.counts().get(f"/rs/orgs/{ZMZ}/emps", 0)
    page = local.cabinet.get(PICKER)
    assert page.status_code == 409
    assert "ЕСИА не знает этого филиала" in page.content.decode()
    assert "Пригласить по СНИЛС" in page.content.decode()
    chosen = local.cabinet.post(PICKER, {"do": "choose", "employee": str(ZMZ_NO_RIGHTS)})
    assert local.cabinet.get(draft_in(chosen)).status_code == 409
    assert esia.counts().get(f"/rs/orgs/{ZMZ}/emps", 0) == before, "nothing is asked"


def test_the_head_office_s_people_get_no_access_to_a_branch_that_esia_does_not_know(head):
    branch = Branch.objects.get(esia_oid=ZMZ_BRANCH)
    chosen = draft_in(head.cabinet.post(PICKER, {"do": "choose", "employee": str(ZMZ_NO_RIGHTS)}))
    Branch.objects.filter(pk=branch.pk).update(esia_oid=None)
    answer = head.cabinet.post(chosen, {"do": "save", "branch": str(branch.pk), "rights": "sout.view_reports"})
    assert answer.status_code == 422
    assert "не относится к выбранному филиалу" in answer.content.decode()
    to_picker = draft_in(head.cabinet.post(ADD, {"do": "pick", "branch": str(branch.pk)}))
    assert "ЕСИА не знает этого филиала" in head.cabinet.get(to_picker).content.decode()


# --- in the dialog


def test_an_old_token_sends_the_whole_page_to_esia(head):
    """htmx cannot follow a redirect to another site: the dialog stood still."""
    to_picker = draft_in(head.cabinet.post(ADD, {"do": "pick", "ground": "Приказ № 3"}, headers=IN_DIALOG))
    forget_token(head)
    detour = head.cabinet.get(to_picker, headers=IN_DIALOG)
    assert detour.status_code == 200
    back = head.back(head.in_esia(detour["HX-Redirect"]))
    assert back["Location"] == to_picker, "to the picker, with the draft"
    assert head.cabinet.get(to_picker).status_code == 200
    form = head.cabinet.get(head.cabinet.get(to_picker).context["back_url"])
    assert "Приказ № 3" in form.content.decode()


@pytest.mark.parametrize("headers", [{}, IN_DIALOG])
def test_what_was_typed_survives_the_way_through_esia(head, headers):
    address = draft_in(head.cabinet.post(PICKER, {"do": "choose", "employee": str(ZMZ_NO_RIGHTS)}))
    forget_token(head)
    typed = {"do": "save", "rights": ["sout.view_reports"], "ground": "Приказ № 4", "until": "2099-12-31"}
    detour = head.cabinet.post(address, typed, headers=headers)
    back = head.back(head.in_esia(detour["HX-Redirect"] if headers else detour["Location"]))
    page = head.cabinet.get(back["Location"]).content.decode()
    assert 'value="sout.view_reports" id="right-VIEW_REPORTS" checked' in page
    assert "Приказ № 4" in page
    assert "2099-12-31" in page
    assert person(ZMZ_NO_RIGHTS).full_name in page


def test_what_was_typed_survives_a_bad_day_of_esia(head, esia):
    address = draft_in(head.cabinet.post(PICKER, {"do": "choose", "employee": str(ZMZ_NO_RIGHTS)}))
    esia.faults(answer="down", place="rest")
    typed = {"do": "save", "rights": ["sout.view_reports"], "ground": "Приказ № 5"}
    answer = head.cabinet.post(address, typed, headers=IN_DIALOG)
    text = answer.content.decode()
    assert answer.status_code == 503
    assert "введённое в форму не потеряно" in text
    assert "<html" not in text, "a part that fits into the dialog"
    esia.faults(answer="")
    again = head.cabinet.get(answer.context["again"], headers=IN_DIALOG).content.decode()
    assert "Приказ № 5" in again
    assert not Grant.objects.filter(user__snils=person(ZMZ_NO_RIGHTS).snils).exists()


def test_from_the_picker_s_problem_one_returns_to_the_form(head, esia):
    to_picker = draft_in(head.cabinet.post(ADD, {"do": "pick", "ground": "Приказ № 6"}))
    esia.faults(answer="down", place="rest")
    problem = head.cabinet.get(to_picker, headers=IN_DIALOG)
    assert "Приказ № 6" in head.cabinet.get(problem.context["form_url"], headers=IN_DIALOG).content.decode()


def test_too_many_requests_are_told_in_the_dialog(head, settings):
    address = draft_in(head.cabinet.post(PICKER, {"do": "choose", "employee": str(ZMZ_NO_RIGHTS)}))
    settings.ACCOUNT_RATE_LIMITS = {"esia_organization": "2/m/user"}
    forget_token(head)
    answers = [head.cabinet.post(address, {"do": "save"}, headers=IN_DIALOG) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert "Слишком много запросов к ЕСИА" in answers[-1].content.decode()
    assert "<html" not in answers[-1].content.decode()


def test_reloading_the_picker_with_an_old_token_is_limited_too(head, settings):
    settings.ACCOUNT_RATE_LIMITS = {"esia_organization": "2/m/user"}
    forget_token(head)
    assert [head.cabinet.get(PICKER).status_code for _ in range(4)] == [302, 302, 429, 429]


def test_a_refused_token_is_not_tried_again(head, monkeypatch):
    """An answer of 500 and above would keep the session as it was, with the token in it."""

    def refuse(*args: object) -> None:
        raise EsiaProblem("refused", code="007194")

    monkeypatch.setattr("accounts.staff.read_page", refuse)
    page = head.cabinet.get(PICKER)
    assert page.status_code == 403
    assert "ЕСИА не дала список сотрудников" in page.content.decode()
    assert "esia_organization_token" not in head.cabinet.session


def test_who_is_no_employee_for_esia_leaves_the_dialog(client, esia):
    factories.sign_in(client, factories.acting())
    assert client.get(PICKER, headers=IN_DIALOG)["HX-Redirect"] == LIST
    assert "ЕСИА не называет вас работником" in client.get(LIST).content.decode()
    assert draft_in(client.get(PICKER)) == LIST


def test_cancel_closes_the_dialog(head):
    answer = head.cabinet.get(ADD, headers=IN_DIALOG)
    assert answer["HX-Push-Url"] == "false", "the address stays the list's"
    form = answer.content.decode()
    assert f'href="{reverse("accounts:administration")}" hx-boost="false" data-dialog-close>Отмена' in form


# --- what was typed belongs to the organization for which it was typed


def typed_for(client: Client) -> str:
    """A draft and a search; the draft's address."""
    client.post(LIST, {"find": "Пробная"})
    return draft_in(client.post(ADD, {"do": "pick", "ground": "Приказ № 7"}))


def form_at(client: Client, address: str) -> str:
    return client.get(address.replace(PICKER, ADD)).content.decode()


def test_another_organization_does_not_see_what_was_typed(client):
    who = factories.acting()
    there = factories.grant(who.user, factories.organization())
    factories.sign_in(client, who)
    session = client.session
    session[SESSION_CONFIRMED] = [there.organization_id]
    session.save()
    address = typed_for(client)
    assert client.get(LIST).context["find"] == "Пробная"
    assert "Приказ № 7" in form_at(client, address)
    assert client.post(reverse("accounts:switch", args=[there.pk])).status_code == 302
    assert client.get(LIST).context["find"] == ""
    assert "Приказ № 7" not in form_at(client, address)


def test_another_branch_does_not_either(client):
    who = factories.acting()
    branch = Branch.objects.create(organization=who.organization, name="Филиал", esia_oid=3_300_000_001)
    there = factories.grant(who.user, who.organization, branch=branch)
    factories.sign_in(client, who)
    session = client.session
    session[SESSION_CONFIRMED] = [who.organization.pk]
    session.save()
    address = typed_for(client)
    assert client.post(reverse("accounts:switch", args=[there.pk])).status_code == 302
    assert client.get(LIST).context["find"] == ""
    assert "Приказ № 7" not in form_at(client, address)


def test_a_changed_grant_leaves_what_was_typed(client):
    who = factories.acting()
    other = factories.acting(who.organization)
    factories.sign_in(client, who)
    session = client.session
    session[SESSION_CONFIRMED] = [who.organization.pk]
    session.save()
    client.post(reverse("accounts:switch", args=[who.grant.pk]))
    address = typed_for(client)
    create_grant(user=who.user, organization=who.organization, is_admin=True, source=Source.GRANT, actor=other)
    assert "Приказ № 7" in form_at(client, address)
    assert client.get(LIST).context["find"] == "Пробная"


def test_a_draft_takes_no_more_than_the_form(client):
    factories.sign_in(client, factories.acting())
    client.post(ADD, {"do": "pick", "ground": "ф" * 5000, "until": "1" * 5000})
    (kept,) = client.session["access_drafts"].values()
    assert max(len(str(value)) for value in kept.values()) == 500
