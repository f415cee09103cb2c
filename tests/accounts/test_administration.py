"""«Администрирование» in pages: the table, the dialog over ЕСИА's list, changing, blocking, inviting, asking, reviewing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import create_grant
from accounts.models import (
    AccessRequest,
    EsiaRole,
    Grant,
    GrantReview,
    Invitation,
    RequestState,
    Source,
    User,
)
from accounts.rights import Right
from core.notifications.models import Notice
from simulators.demo_accounts import load_demo_accounts
from simulators.people import (
    MASS_FIRST,
    ZMZ,
    ZMZ_BRANCH_SAFETY,
    ZMZ_HEAD,
    ZMZ_NO_RIGHTS,
    ZMZ_SAFETY,
    demo_cast,
)
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/administration/"
ADD = "/administration/add/"
PICKER = "/administration/add/employees/"
INVITE = "/administration/invite/"


@pytest.fixture
def head(walker):
    """The plant's head, through ЕСИА, in «Администрирование»."""
    load_demo_accounts()
    walker.sign_in(ZMZ_HEAD)
    walker.choose("ЗМЗ")
    return walker


def person(oid: int):
    return demo_cast().people[oid]


def open_grant(oid: int) -> Grant:
    return Grant.objects.get(user__snils=person(oid).snils, revoked_at=None, organization__short_name="АО «ЗМЗ»")


def pick(walker, oid: int, **form: str) -> str:
    """Through the picker; the address of the form with the employee in it."""
    to_picker = walker.cabinet.post(ADD, {"do": "pick", **form})
    assert to_picker.status_code == 302
    chosen = walker.cabinet.post(to_picker["Location"], {"do": "choose", "employee": str(oid)})
    assert chosen.status_code == 302
    return chosen["Location"]


# --- the dialog over ЕСИА's list


def test_an_employee_is_picked_and_given_rights(head):
    address = pick(head, ZMZ_NO_RIGHTS)
    page = head.cabinet.get(address).content.decode()
    assert person(ZMZ_NO_RIGHTS).full_name in page
    assert person(ZMZ_NO_RIGHTS).snils not in page, "СНИЛС is masked"
    assert person(ZMZ_NO_RIGHTS).full_name not in address
    answer = head.cabinet.post(
        address, {"do": "save", "rights": ["sout.view_reports", "control.view_flags"], "ground": "Приказ № 7"}
    )
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    grant = open_grant(ZMZ_NO_RIGHTS)
    assert grant.rights == ["sout.view_reports", "control.view_flags"]
    assert (grant.ground, grant.position, grant.source) == ("Приказ № 7", "Токарь", Source.GRANT)
    listed = head.cabinet.get(LIST).content.decode()
    assert person(ZMZ_NO_RIGHTS).full_name in listed
    assert "Приглашён, ещё не входил" in listed


def test_what_was_ticked_before_the_picker_is_there_after_it(head):
    address = pick(head, ZMZ_NO_RIGHTS, rights="sout.view_reports", ground="Приказ о приёме Белова")
    assert "Белова" not in address, "no address names a person"
    page = head.cabinet.get(address).content.decode()
    assert 'value="sout.view_reports" id="right-VIEW_REPORTS" checked' in page
    assert "Приказ о приёме Белова" in page


def test_saving_without_an_employee_says_what_to_do(head):
    answer = head.cabinet.post(ADD, {"do": "save", "rights": "sout.view_reports"})
    assert answer.status_code == 422
    assert "Выберите сотрудника" in answer.content.decode()
    both = head.cabinet.post(ADD, {"do": "save"}).content.decode()
    assert "Выберите сотрудника" in both, "told at once, not after the rights are ticked"
    assert "Отметьте хотя бы одно право" in both


def test_a_page_of_the_list_costs_one_request_to_esia(head, esia):
    before = sum(esia.counts().values())
    page = head.cabinet.get(PICKER)
    assert page.status_code == 200
    assert sum(esia.counts().values()) - before <= 2 + 1, "the count is asked of the simulator too"
    text = page.content.decode()
    for label in ("ФИО", "ИНН", "Снилс", "Должность", "Показать", "Записи с 1 до 10 из", "Предыдущая", "Следующая"):
        assert label in text


def test_five_thousand_employees_are_not_downloaded(head, esia):
    esia.post("crowd", size="5000")
    before = esia.counts()
    for query in ("", "?page=250", "?sort=-name&size=100", "?sort=position&page=3"):
        answer = head.cabinet.get(PICKER + query)
        assert answer.status_code == 200
        assert len(answer.context["rows"]) == (100 if "size=100" in query else 10)
    after = esia.counts()
    asked = {path: after[path] - before.get(path, 0) for path in after if after[path] != before.get(path, 0)}
    assert asked.pop(f"/rs/orgs/{ZMZ}/emps") == 4, "one request a page"
    assert set(asked) <= {"/simulator/counts"}


def test_search_and_sort_are_esias(head, esia):
    found = head.cabinet.post(PICKER, {"do": "find", "find": "белов"})
    assert "%D0" not in found["Location"], "the surname is not in the address"
    names = [each.full_name for each in head.cabinet.get(found["Location"]).context["rows"]]
    assert names
    assert all("Белов" in name for name in names)
    cleared = head.cabinet.post(found["Location"], {"do": "clear"})
    assert head.cabinet.get(cleared["Location"]).context["page"].total > len(names)
    snils = [each.snils for each in head.cabinet.get(PICKER + "?sort=-snils").context["rows"]]
    assert snils == sorted(snils, reverse=True)


def test_where_esia_cannot_sort_the_page_says_so(head, settings):
    settings.ESIA = settings.ESIA | {"employee_query": {}}
    page = head.cabinet.get(PICKER + "?sort=-name")
    names = [each.full_name for each in page.context["rows"]]
    assert names == sorted(names, reverse=True)
    assert "в пределах страницы" in page.content.decode()
    assert 'name="find"' not in page.content.decode(), "nothing is offered that does not work"


def test_a_branch_then_a_person_of_the_branch(head):
    branch = open_grant(ZMZ_BRANCH_SAFETY).branch
    to_picker = head.cabinet.post(ADD, {"do": "pick", "branch": str(branch.pk)})
    rows = head.cabinet.get(to_picker["Location"]).context["rows"]
    assert [each.oid for each in rows] == [ZMZ_BRANCH_SAFETY]
    address = head.cabinet.post(to_picker["Location"], {"do": "choose", "employee": str(ZMZ_NO_RIGHTS)})["Location"]
    refused = head.cabinet.post(address, {"do": "save", "branch": str(branch.pk), "rights": "sout.view_reports"})
    assert "не относится к выбранному филиалу" in refused.content.decode()


def test_a_foreign_employee_is_not_on_the_list(head):
    address = pick(head, 1000000007)  # head of another organization
    page = head.cabinet.get(address)
    assert "ЕСИА больше не называет этого человека сотрудником" in page.content.decode()
    assert head.cabinet.post(address, {"do": "save", "rights": "sout.view_reports"}).status_code == 422


def test_who_left_between_two_pages_is_told(head, esia):
    address = pick(head, ZMZ_NO_RIGHTS)
    esia.employment(ZMZ_NO_RIGHTS, ZMZ, gone="1")
    answer = head.cabinet.post(address, {"do": "save", "rights": "sout.view_reports"})
    assert answer.status_code == 422
    assert "Список сотрудников изменился" in answer.content.decode()
    assert not Grant.objects.filter(user__snils=person(ZMZ_NO_RIGHTS).snils).exists()


@pytest.mark.parametrize(
    ("answer", "status"),
    [("down", 503), ("dropped", 503), ("slow", 504), ("garbage", 502), ("odd", 502), ("huge", 502)],
)
def test_bad_days_of_esia_have_a_page_and_no_half_state(head, esia, settings, answer, status):
    settings.ESIA = settings.ESIA | {"timeout_seconds": 1}
    esia.faults(answer=answer, place="rest", seconds="3")
    page = head.cabinet.get(PICKER)
    assert page.status_code == status
    text = page.content.decode()
    assert "Ничего не сохранено" in text
    assert "Пригласить по СНИЛС" in text
    esia.faults(answer="")
    assert head.cabinet.get(PICKER).status_code == 200


def test_an_old_token_is_renewed_on_the_way(head):
    session = head.cabinet.session
    session["esia_organization_token"] |= {"ends": 0}
    session.save()
    detour = head.cabinet.get(PICKER + "?size=25")
    assert detour.status_code == 302
    back = head.back(head.in_esia(detour["Location"]))
    assert back["Location"] == PICKER + "?size=25"
    assert len(head.cabinet.get(back["Location"]).context["rows"]) == 25


def test_the_token_is_not_readable_in_the_table_of_sessions(head):
    held = head.cabinet.session["esia_organization_token"]
    assert "." not in held["token"], "a JWT has dots"
    assert head.cabinet.session["esia_organization_token"]["org"] == ZMZ


# --- rights


def test_a_right_without_its_companions_explains_itself(head):
    address = pick(head, ZMZ_NO_RIGHTS)
    answer = head.cabinet.post(address, {"do": "save", "rights": "training.sign_trained"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Просмотр уведомления" in text
    assert "Отметить недостающие" in text
    completed = head.cabinet.post(address, {"do": "complete", "rights": "training.sign_trained"})
    assert completed.context["form"].rights == [
        "training.view_notice",
        "training.view_trained",
        "training.sign_trained",
    ]


def test_templates_and_copying(head):
    filled = head.cabinet.post(ADD, {"do": "fill", "template": "staff"})
    assert filled.context["form"].rights == [
        "training.view_notice",
        "training.view_trained",
        "training.prepare_trained",
        "training.view_trainees",
        "training.edit_trainees",
    ]
    like = open_grant(ZMZ_SAFETY)
    EsiaRole.objects.create(
        user=like.user, org_oid=ZMZ, full_name="АО", ogrn=like.organization.ogrn, seen_at=timezone.now()
    )
    copied = head.cabinet.post(ADD, {"do": "fill", "copy_from": str(like.pk)})
    assert copied.context["form"].rights == like.rights


def test_nobody_grants_more_than_he_holds_in_pages(client):
    place = factories.organization()
    keeper = factories.acting(place, rights=[Right.ACCESS, Right.VIEW_REPORTS])
    factories.acting(place)
    other = factories.grant(
        factories.user(), place, rights=[Right.VIEW_REPORTS, Right.SIGN_PROTOCOLS, Right.VIEW_PROTOCOLS]
    )
    factories.sign_in(client, keeper)
    page = client.get(reverse("accounts:access_edit", args=[other.pk])).content.decode()
    assert 'name="is_admin"' not in page, "only an administrator makes administrators"
    answer = client.post(
        reverse("accounts:access_edit", args=[other.pk]), {"do": "save", "rights": ["protocols.prepare"]}
    )
    assert answer.status_code == 422
    kept = client.post(reverse("accounts:access_edit", args=[other.pk]), {"do": "save", "rights": []})
    assert kept.status_code == 302
    now = Grant.objects.get(user=other.user, revoked_at=None)
    assert now.rights == ["protocols.view", "protocols.sign"], "what he does not hold he can neither give nor take"


def test_a_stale_form_is_told(client):
    head = factories.acting()
    theirs = factories.grant(factories.user(), head.organization, rights=[Right.VIEW_REPORTS])
    factories.sign_in(client, head)
    address = reverse("accounts:access_edit", args=[theirs.pk])
    assert client.post(address, {"do": "save", "rights": "control.view_flags"}).status_code == 302
    second = client.post(address, {"do": "save", "rights": "sout.view_reports"}, follow=True)
    assert "изменили, пока вы его правили" in second.content.decode()
    assert Grant.objects.get(user=theirs.user, revoked_at=None).rights == ["control.view_flags"]


def test_the_last_administrator_cannot_lock_himself_out(client):
    place = factories.organization()
    only = factories.acting(place)
    factories.sign_in(client, only)
    refused = client.post(
        reverse("accounts:access_revoke", args=[only.grant.pk]), {"reason": "Увольняюсь"}, follow=True
    )
    assert "последний администратор" in refused.content.decode()
    lowered = client.post(
        reverse("accounts:access_edit", args=[only.grant.pk]), {"do": "save", "rights": "sout.view_reports"}
    )
    assert "последний администратор" in lowered.content.decode()
    second = factories.grant(factories.user(), place)
    assert client.post(reverse("accounts:access_revoke", args=[second.pk]), {"reason": "Ушёл"}).status_code == 302
    second.refresh_from_db()
    assert second.revoked_at is not None


def test_blocking_ends_the_session_and_keeps_the_rights(client):
    place = factories.organization()
    head = factories.acting(place)
    worker = factories.acting(place, rights=[Right.VIEW_REPORTS])
    theirs = factories.sign_in(Client(), worker)
    assert theirs.get("/home/").status_code == 200
    factories.sign_in(client, head)
    address = reverse("accounts:access_edit", args=[worker.grant.pk])
    form = {"do": "save", "rights": "sout.view_reports", "is_blocked": "on"}
    answer = client.post(address, form)
    assert answer.status_code == 422
    assert "Укажите причину блокировки" in answer.content.decode(), "he will read why, however the block is put"
    assert client.post(address, form | {"block_reason": "Проверка"}).status_code == 302
    ended = theirs.get("/home/")
    assert (ended.status_code, ended["Location"]) == (302, "/")
    assert "Доступ к организации заблокирован" in theirs.get("/").content.decode()
    blocked = Grant.objects.get(user=worker.user, revoked_at=None)
    assert (blocked.is_blocked, blocked.rights) == (True, ["sout.view_reports"])
    assert "Заблокирован" in client.get(LIST).content.decode()
    unblocked = client.post(
        reverse("accounts:access_edit", args=[blocked.pk]), {"do": "save", "rights": "sout.view_reports"}
    )
    assert unblocked.status_code == 302
    assert Grant.objects.usable().filter(user=worker.user).exists()


def test_a_block_here_leaves_the_person_his_other_organization(client):
    worker = factories.acting(rights=[Right.VIEW_REPORTS])
    elsewhere = factories.grant(worker.user, factories.organization())
    head = factories.acting(worker.organization)
    create_grant(
        user=worker.user,
        organization=worker.organization,
        is_blocked=True,
        source=Source.GRANT,
        actor=head,
    )
    assert list(Grant.objects.usable().filter(user=worker.user)) == [elsewhere]


def test_neither_oneself_nor_the_head_is_blocked(head):
    mine = Grant.objects.get(user__snils=person(ZMZ_HEAD).snils, source=Source.ESIA)
    answer = head.cabinet.post(reverse("accounts:access_edit", args=[mine.pk]), {"do": "block", "reason": "Отпуск"})
    assert answer.status_code == 422
    assert "Заблокировать самого себя нельзя" in answer.content.decode()
    admin = factories.acting(mine.organization)
    with pytest.raises(Exception, match="руководителя организации"):
        create_grant(user=mine.user, organization=mine.organization, is_blocked=True, source=Source.GRANT, actor=admin)


# --- «Что увидит этот сотрудник»


def test_a_blocked_person_would_see_nothing(client):
    head = factories.acting()
    factories.sign_in(client, head)
    form = {"do": "preview", "rights": "sout.view_reports", "is_blocked": "on", "last_name": "А", "first_name": "Б"}
    answer = client.post(INVITE, form | {"snils": factories.snils(901), "block_reason": "Проверка"})
    assert answer.context["seen"] == []
    assert "войти в организацию сотрудник не сможет" in answer.content.decode()


# --- invitation by СНИЛС


def test_an_invitation_takes_effect_at_the_first_sign_in(head):
    somebody = person(MASS_FIRST + 5)
    form = {
        "do": "save",
        "rights": "sout.view_reports",
        "last_name": "Другая",
        "first_name": "Фамилия",
        "snils": somebody.snils,
        "position": "Инженер",
    }
    assert head.cabinet.post(INVITE, form).status_code == 302
    listed = head.cabinet.get(LIST + "?state=waiting").content.decode()
    assert "Другая Фамилия" in listed
    assert "впервые войдёт через Госуслуги" in listed
    invited = type(head)(head.simulator)
    invited.sign_in(MASS_FIRST + 5)
    invited.choose("ЗМЗ")
    assert invited.cabinet.get("/home/").wsgi_request.acting.rights == {"sout.view_reports"}
    now = head.cabinet.get(LIST).content.decode()
    assert somebody.full_name in now, "ЕСИА names him an employee, so his own name is shown"


def test_an_invitation_does_not_tell_whose_a_snils_is(client):
    stranger = factories.user(last_name="Тайнова")
    head = factories.acting()
    factories.sign_in(client, head)
    form = {"do": "save", "rights": "sout.view_reports", "last_name": "Угадайка", "first_name": "И"}
    assert client.post(INVITE, form | {"snils": stranger.snils}).status_code == 302
    text = client.get(LIST).content.decode()
    assert "Тайнова" not in text
    assert "Угадайка" in text
    grant = Grant.objects.get(user=stranger)
    assert "Тайнова" not in client.get(reverse("accounts:access_edit", args=[grant.pk])).content.decode()
    assert Invitation.objects.get().user == stranger


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"snils": "11223344590"}, "Контрольное число СНИЛС неверно."),
        ({"snils": "1"}, "СНИЛС состоит из 11 цифр."),
        ({"inn": "123"}, "ИНН физического лица состоит из 12 цифр."),
        ({"inn": "111111111111"}, "Контрольное число ИНН неверно."),
        ({"last_name": ""}, "Фамилия"),
        ({"rights": []}, "Отметьте хотя бы одно право"),
        ({"until": "2020-01-01"}, "Этот день уже прошёл."),
    ],
)
def test_what_is_typed_wrong_is_told(client, changes, said):
    factories.sign_in(client, factories.acting())
    form = {
        "do": "save",
        "rights": ["sout.view_reports"],
        "last_name": "А",
        "first_name": "Б",
        "snils": factories.snils(9),
    }
    answer = client.post(INVITE, form | changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()


# --- asking for a right


def test_asked_with_one_click_and_answered_with_one(client):
    place = factories.organization()
    head, worker = factories.acting(place), factories.acting(place, rights=[Right.VIEW_REPORTS])
    theirs = factories.sign_in(Client(), worker)
    missing = theirs.get(reverse("violations:protocol_new"))
    page = theirs.get(reverse("violations:protocols"))
    assert missing.status_code in {403, 405}
    assert page.status_code == 403
    assert head.user.full_name in page.content.decode()
    for _ in range(2):
        assert theirs.post("/ask/", {"right": "protocols.prepare"}).status_code == 302
    asked = AccessRequest.objects.get()
    notice = Notice.objects.visible_to(head).get()
    assert notice.url == reverse("accounts:access_request", args=[asked.pk])
    factories.sign_in(client, head)
    assert "Просмотр протоколов решения комиссий" in client.get(notice.url).content.decode(), "its companion is named"
    assert client.post(notice.url, {"do": "grant"}).status_code == 302
    grant = Grant.objects.get(user=worker.user, revoked_at=None)
    assert grant.rights == ["sout.view_reports", "protocols.view", "protocols.prepare"]
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == (RequestState.GRANTED, head.user)
    assert theirs.get(reverse("violations:protocols")).status_code == 200, "the session follows the changed grant"
    assert "Вам предоставлено право" in theirs.get(reverse("core:notices")).content.decode()
    again = client.post(notice.url, {"do": "grant"}, follow=True)
    assert "уже ответили" in again.content.decode()


def test_a_refusal_needs_a_reason(client):
    place = factories.organization()
    head, worker = factories.acting(place), factories.acting(place, rights=[Right.VIEW_REPORTS])
    factories.sign_in(Client(), worker).post("/ask/", {"right": "protocols.view"})
    asked = AccessRequest.objects.get()
    factories.sign_in(client, head)
    address = reverse("accounts:access_request", args=[asked.pk])
    assert client.post(address, {"do": "decline", "reason": " "}).status_code == 422
    assert client.post(address, {"do": "decline", "reason": "Не по должности"}).status_code == 302
    told = Notice.objects.visible_to(worker).get()
    assert "Не по должности" not in told.text, "a reason is free text, and letters repeat notices"
    theirs = factories.sign_in(Client(), worker)
    assert "Не по должности" in theirs.get(told.url).content.decode()


def test_foreign_requests_and_grants_are_not_found(client):
    place, other = factories.organization(), factories.acting()
    factories.acting(place)
    worker = factories.acting(place, rights=[Right.VIEW_REPORTS])
    factories.sign_in(Client(), worker).post("/ask/", {"right": "protocols.view"})
    factories.sign_in(client, other)
    for name, pk in (("access_request", AccessRequest.objects.get().pk), ("access_edit", worker.grant.pk)):
        foreign = client.get(reverse(f"accounts:{name}", args=[pk]))
        absent = client.get(reverse(f"accounts:{name}", args=[2**40]))
        assert (foreign.status_code, absent.status_code) == (404, 404)
        assert factories.page_of(foreign) == factories.page_of(absent)
    assert client.post(reverse("accounts:access_revoke", args=[worker.grant.pk]), {"reason": "x"}).status_code == 404


# --- review


def test_the_quarterly_list(client):
    head = factories.acting()
    with time_machine.travel(timezone.now() - timedelta(days=100), tick=False):
        old = factories.grant(factories.user(), head.organization, rights=[Right.VIEW_REPORTS])
    factories.grant(factories.user(), head.organization, rights=[Right.VIEW_REPORTS])
    foreign = factories.grant(factories.user(), factories.organization(), rights=[Right.VIEW_REPORTS])
    factories.sign_in(client, head)
    assert [shown.grant for shown, _ in client.get("/administration/review/").context["rows"]] == [old]
    client.post("/administration/review/", {"grant": [str(old.pk), str(foreign.pk)]})
    assert list(GrantReview.objects.values_list("grant", flat=True)) == [old.pk]
    assert client.get("/administration/review/").context["rows"] == []
    with time_machine.travel(timezone.now() + timedelta(days=92), tick=False):
        factories.sign_in(client, head)
        assert len(client.get("/administration/review/").context["rows"]) == 2


def test_the_table_costs_the_same_for_many(client, django_assert_max_num_queries):
    head = factories.acting()
    for _ in range(40):
        factories.grant(factories.user(), head.organization, rights=[Right.VIEW_REPORTS])
    factories.sign_in(client, head)
    with django_assert_max_num_queries(19):  # of them: what is known of the right to sign, what waits for a signature
        page = client.get(LIST + "?size=50")
    assert page.context["page"].total == 41
    names = [person.name for person in page.context["rows"]]
    assert names == sorted(names)


def test_find_by_surname_keeps_it_out_of_the_address(client):
    head = factories.acting()
    factories.grant(factories.user(last_name="Ёжикова"), head.organization, rights=[Right.VIEW_REPORTS])
    factories.sign_in(client, head)
    assert client.post(LIST, {"find": "ежик"})["Location"] == LIST
    page = client.get(LIST)
    assert [each.name.split()[0] for each in page.context["rows"]] == ["Ёжикова"]
    client.post(LIST, {"find": ""})
    assert client.get(LIST).context["page"].total == 2


def test_who_was_named_only_has_no_name_to_show(client):
    head = factories.acting()
    unknown = User.objects.create(snils=factories.snils(777))
    factories.grant(unknown, head.organization, rights=[Right.VIEW_REPORTS])
    factories.sign_in(client, head)
    assert "Имя станет известно при входе" in client.get(LIST).content.decode()
