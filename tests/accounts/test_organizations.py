"""«Организации из ЕСИА», the choice, switching: who may act for whom, and what the silent authorization brings."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.actions import create_grant, ensure_employer, ensure_person, revoke_grant
from accounts.models import Branch, Grant, Organization, Source, User
from accounts.rights import Right
from accounts.selectors import BLOCKED, NO_ACCESS, NOT_EMPLOYEE
from core.journal.models import Event
from simulators.demo_accounts import load_demo_accounts
from simulators.people import (
    INSPECTOR,
    INSPECTORATE,
    NORMA,
    NORMA_EXPERT,
    NORMA_HEAD,
    SEVERAL,
    SOLE_TRADER,
    TECHNO,
    TRADER,
    ZMZ,
    ZMZ_ADMIN,
    ZMZ_BLOCKED_THERE,
    ZMZ_BRANCH,
    ZMZ_BRANCH_SAFETY,
    ZMZ_HEAD,
    ZMZ_NO_RIGHTS,
    ZMZ_SAFETY,
    demo_cast,
)
from tests.accounts.conftest import Walker, query_of

pytestmark = pytest.mark.django_db

HOME = "/home/"


def text_of(answer) -> str:
    return answer.content.decode()


def cards_of(walker: Walker) -> list:
    return walker.cabinet.get("/organizations/").context["cards"]


def plant() -> Organization:
    return Organization.objects.get(esia_oid=ZMZ)


def test_the_choice_brings_inn_kpp_ogrn_and_branches(walker):
    walker.sign_in(ZMZ_HEAD)
    answer = walker.choose("ЗМЗ")
    assert answer["Location"] == reverse("accounts:home")
    demo = demo_cast().organizations[ZMZ]
    organization = plant()
    assert (organization.inn, organization.kpp, organization.ogrn) == (demo.inn, demo.kpp, demo.ogrn)
    assert (organization.full_name, organization.region) == (demo.full_name, "66")
    assert organization.claimed_at is not None
    branch = organization.branches.get()
    assert (branch.esia_oid, branch.kpp) == (ZMZ_BRANCH, "661243001")
    home = walker.cabinet.get(HOME)
    assert home.status_code == 200
    for shown in (demo.inn, demo.kpp, demo.ogrn, "Административный уровень доступа"):
        assert shown in text_of(home)


def test_an_unclaimed_employer_of_a_report_is_claimed(walker):
    demo = demo_cast().organizations[ZMZ]
    known = ensure_employer(inn=demo.inn, ogrn=demo.ogrn, kpp="661243001", full_name="АО ЗМЗ из отчёта")
    assert known.claimed_at is None
    assert known.kpp == "", "the КПП of a branch is not the organization's"
    walker.sign_in(ZMZ_HEAD)
    walker.choose("ЗМЗ")
    organization = plant()
    assert organization.pk == known.pk
    assert (organization.full_name, organization.kpp) == (demo.full_name, demo.kpp)
    claimed = Event.objects.get(verb="organization.claimed")
    assert claimed.payload["known_before"] is True
    assert claimed.actor == User.objects.get()


@pytest.mark.parametrize(("person", "role"), [(ZMZ_HEAD, "chief"), (ZMZ_ADMIN, "admin")])
def test_head_and_administrator_get_administrative_access(walker, person, role):
    walker.sign_in(person)
    walker.choose("ЗМЗ")
    grant = Grant.objects.get()
    assert (grant.is_admin, grant.source, grant.rights) == (True, Source.ESIA, [])
    acting = walker.cabinet.get(HOME).wsgi_request.acting
    assert acting.is_admin
    assert acting.holds(Right.VIEW_REPORTS)
    assert acting.holds(Right.ACCESS)
    assert not acting.holds(Right.IMPORT_REPORTS), "the plant is no SOUT organization"
    again = Walker(walker.simulator)
    again.sign_in(person)
    again.choose("ЗМЗ")
    assert Grant.objects.count() == 1, "the same grant serves"


def test_which_roles_give_access_is_a_setting(walker, settings):
    settings.ESIA_ADMIN_ROLES = ["chief"]
    walker.sign_in(ZMZ_ADMIN)
    (card,) = cards_of(walker)
    assert (card.entries, card.reason) == ([], NO_ACCESS)


def test_a_plain_employee_sees_why_not(walker):
    walker.sign_in(ZMZ_NO_RIGHTS)
    (card,) = cards_of(walker)
    assert card.entries == []
    page = text_of(walker.cabinet.get("/organizations/"))
    assert "Требуемого уровня доступа нет" in page
    assert "«Руководитель организации»" in page
    assert "Профиль организации – Сотрудники" in page
    assert "lk.gosuslugi.ru/employees" in page
    refused = walker.cabinet.post("/organizations/choose/", {"role": card.role_id})
    assert refused.status_code == 404
    assert walker.cabinet.get(HOME).status_code == 302


def test_blocked_in_the_profile_of_the_organization(walker):
    walker.sign_in(ZMZ_BLOCKED_THERE)
    (card,) = cards_of(walker)
    assert (card.entries, card.reason) == ([], BLOCKED)


def test_a_grant_gives_and_a_revocation_takes_at_once(walker):
    load_demo_accounts()
    walker.sign_in(ZMZ_SAFETY)
    walker.choose("ЗМЗ")
    acting = walker.cabinet.get(HOME).wsgi_request.acting
    assert not acting.is_admin
    assert acting.holds(Right.VIEW_REPORTS)
    assert not acting.holds(Right.SIGN_PROTOCOLS)
    revoke_grant(acting.grant, actor=None, reason="Уволен")
    answer = walker.cabinet.get(HOME)
    assert (answer.status_code, answer["Location"]) == (302, reverse("accounts:organizations"))
    (card,) = cards_of(walker)
    assert card.entries == []


def test_the_command_grants(walker, capsys):
    load_demo_accounts()
    cast = demo_cast()
    call_command(
        "grant_access",
        "--snils",
        cast.people[ZMZ_NO_RIGHTS].snils,
        "--inn",
        cast.organizations[ZMZ].inn,
        "--rights",
        "sout.view_reports",
        "--until",
        "2099-12-31",
        "--ground",
        "Приказ № 1",
    )
    assert "sout.view_reports" in capsys.readouterr().out
    walker.sign_in(ZMZ_NO_RIGHTS)
    walker.choose("ЗМЗ")
    home = text_of(walker.cabinet.get(HOME))
    assert "Просмотр отчетов СОУТ" in home
    assert "Приказ № 1" in home
    assert User.objects.filter(esia_oid=ZMZ_NO_RIGHTS).count() == 1


def test_a_grant_without_a_role_in_esia_opens_nothing(walker):
    load_demo_accounts()
    person = ensure_person(snils=demo_cast().people[NORMA_HEAD].snils)
    create_grant(user=person, organization=plant(), rights=["sout.view_reports"], source=Source.COMMAND, actor=None)
    walker.sign_in(NORMA_HEAD)
    reasons = {card.name: card.reason for card in cards_of(walker)}
    assert reasons == {"ООО «ЦГТ «Норма»": "", "АО «ЗМЗ»": NOT_EMPLOYEE}


def test_a_branch_employee_acts_for_the_branch(walker):
    load_demo_accounts()
    walker.sign_in(ZMZ_BRANCH_SAFETY)
    walker.choose("ЗМЗ")
    acting = walker.cabinet.get(HOME).wsgi_request.acting
    assert acting.branch == Branch.objects.get()
    assert acting.name == "АО «ЗМЗ» › Филиал в г. Каменск-Уральский"
    assert list(Branch.objects.visible_to(acting)) == [acting.branch]
    assert "661243001" in text_of(walker.cabinet.get(HOME))


def test_an_administrator_of_a_branch_administers_the_branch_only(walker, esia):
    esia.employment(ZMZ_BRANCH_SAFETY, ZMZ, admin="1")
    walker.sign_in(ZMZ_BRANCH_SAFETY)
    walker.choose("ЗМЗ")
    acting = walker.cabinet.get(HOME).wsgi_request.acting
    assert acting.is_admin
    assert acting.branch.esia_oid == ZMZ_BRANCH


def test_a_sole_trader(walker):
    walker.sign_in(SOLE_TRADER)
    walker.choose("ИП Орлов")
    organization = Organization.objects.get(esia_oid=TRADER)
    assert (organization.kpp, len(organization.ogrn), organization.entity) == ("", 15, "BUSINESS")


def test_a_sout_organization_has_rights_of_its_kind(walker):
    load_demo_accounts()
    walker.sign_in(NORMA_HEAD)
    walker.choose("Норма")
    assert walker.cabinet.get(HOME).wsgi_request.acting.holds(Right.IMPORT_REPORTS)
    expert = Walker(walker.simulator)
    expert.sign_in(NORMA_EXPERT)
    expert.choose("Норма")
    acting = expert.cabinet.get(HOME).wsgi_request.acting
    assert acting.rights == {Right.IMPORT_REPORTS, Right.SOUT_IDS}
    Organization.objects.filter(esia_oid=NORMA).update(sout_registration_number="", is_sout_organization=False)
    assert not expert.cabinet.get(HOME).wsgi_request.acting.rights


def test_an_inspectorate_is_no_employer(walker):
    load_demo_accounts()
    walker.sign_in(INSPECTOR)
    walker.choose("ГИТ")
    organization = Organization.objects.get(esia_oid=INSPECTORATE)
    assert (organization.is_inspectorate, organization.is_employer, organization.region) == (True, False, "66")
    assert not walker.cabinet.get(HOME).wsgi_request.acting.holds(Right.VIEW_REPORTS)


def test_switching_needs_no_new_login(walker):
    load_demo_accounts()
    walker.sign_in(SEVERAL)
    names = [(card.name, bool(card.entries)) for card in cards_of(walker)]
    assert names == [("АО «ЗМЗ»", True), ("ООО «Технопроект»", True), ("ООО «ЦГТ «Норма»", False)]
    walker.choose("ЗМЗ")
    before = walker.cabinet.session.session_key
    walker.choose("Технопроект")
    assert walker.cabinet.session.session_key != before, "a new session id at the switch"
    choices = {choice["label"]: choice for choice in walker.cabinet.get(HOME).context["acting_choices"]()}
    assert choices["ООО «Технопроект»"]["current"]
    before = walker.cabinet.session.session_key
    answer = walker.cabinet.post(choices["АО «ЗМЗ»"]["url"])
    assert answer["Location"] == HOME, "ЕСИА has confirmed it in this session: no second question"
    assert walker.cabinet.session.session_key != before
    assert walker.cabinet.get(HOME).wsgi_request.acting.organization == plant()
    assert walker.logins_asked == 1


def test_switching_to_an_organization_not_confirmed_yet_asks_esia(walker):
    load_demo_accounts()
    walker.sign_in(SEVERAL)
    walker.choose("Технопроект")
    choices = {choice["label"]: choice for choice in walker.cabinet.get(HOME).context["acting_choices"]()}
    answer = walker.cabinet.post(choices["АО «ЗМЗ»"]["url"])
    assert answer["Location"].startswith(walker.simulator.url)
    assert walker.back(walker.in_esia(answer["Location"]))["Location"] == HOME
    assert walker.cabinet.get(HOME).wsgi_request.acting.organization == plant()


def test_another_persons_grant_is_nothing_to_me(walker):
    load_demo_accounts()
    walker.sign_in(ZMZ_SAFETY)
    foreign = Grant.objects.exclude(user__esia_oid=ZMZ_SAFETY).filter(organization=plant()).first()
    session = walker.cabinet.session
    session["acting_grant_id"] = foreign.pk
    session.save()
    assert walker.cabinet.get(HOME).status_code == 302
    assert walker.cabinet.post(reverse("accounts:switch", args=[foreign.pk])).status_code == 404
    (card,) = cards_of(walker)
    refused = walker.cabinet.post("/organizations/choose/", {"role": card.role_id, "grant": foreign.pk})
    assert refused.status_code == 404


@pytest.mark.parametrize("form", [{}, {"role": "x"}, {"role": "999999"}, {"role": "1", "grant": "-1"}])
def test_a_made_up_choice(walker, form):
    walker.sign_in(ZMZ_HEAD)
    assert walker.cabinet.post("/organizations/choose/", form).status_code == 404


def choosing(walker: Walker) -> str:
    """As far as ЕСИА's answer for the plant, which is not followed yet."""
    (card,) = cards_of(walker)
    answer = walker.cabinet.post("/organizations/choose/", {"role": card.role_id})
    return walker.in_esia(answer["Location"])


def test_the_answer_for_an_organization_is_used_once(walker):
    walker.sign_in(ZMZ_HEAD)
    address = choosing(walker)
    assert walker.back(address).status_code == 302
    assert walker.back(address).status_code == 400


def test_a_foreign_state_opens_no_organization(walker, esia):
    walker.sign_in(ZMZ_HEAD)
    address = choosing(walker)
    other = Walker(esia)
    other.sign_in(ZMZ_NO_RIGHTS)
    assert other.back(address).status_code == 400
    assert not Grant.objects.exists()


def test_another_person_in_esia_meanwhile(walker, esia):
    """Signed in to ЕСИА as somebody else in the same browser: his organizations are not given to this session."""
    walker.sign_in(ZMZ_HEAD)
    (card,) = cards_of(walker)
    answer = walker.cabinet.post("/organizations/choose/", {"role": card.role_id})
    walker.esia.cookies.clear()
    page = walker.back(walker.in_esia(answer["Location"], ZMZ_ADMIN))
    assert page.status_code == 403
    assert "другой человек" in text_of(page)
    assert not Organization.objects.exists()


def test_no_employee_any_more_at_the_choice(walker, esia):
    walker.sign_in(ZMZ_HEAD)
    (card,) = cards_of(walker)
    esia.employment(ZMZ_HEAD, ZMZ, gone="1")
    answer = walker.cabinet.post("/organizations/choose/", {"role": card.role_id})
    page = walker.back(walker.in_esia(answer["Location"]))
    assert page.status_code == 403
    assert "ESIA-007194" not in text_of(page) or "Сотрудники" in text_of(page)
    assert "lk.gosuslugi.ru/employees" in text_of(page)
    assert not Grant.objects.exists()


def test_the_role_is_read_again_at_the_choice(walker, esia):
    walker.sign_in(ZMZ_ADMIN)
    esia.employment(ZMZ_ADMIN, ZMZ, admin="0")
    answer = walker.choose("ЗМЗ")
    assert answer["Location"] == reverse("accounts:organizations")
    assert not Grant.objects.exists()
    assert "Требуемого уровня доступа нет" in text_of(walker.cabinet.get("/organizations/"))


def test_a_lost_role_ends_administrative_access_at_the_next_sign_in(walker, esia):
    walker.sign_in(ZMZ_ADMIN)
    walker.choose("ЗМЗ")
    esia.employment(ZMZ_ADMIN, ZMZ, admin="0")
    Walker(esia).sign_in(ZMZ_ADMIN)
    grant = Grant.objects.get()
    assert grant.revoked_at is not None
    assert grant.reason
    assert walker.cabinet.get(HOME).status_code == 302, "the older session has lost it too"


def test_dismissed_and_taken_back(walker, esia):
    """A delegated grant sleeps while ЕСИА does not name the person, and wakes when it does."""
    load_demo_accounts()
    walker.sign_in(ZMZ_SAFETY)
    walker.choose("ЗМЗ")
    esia.employment(ZMZ_SAFETY, ZMZ, gone="1")
    Walker(esia).sign_in(ZMZ_SAFETY)
    assert walker.cabinet.get(HOME).status_code == 302
    assert Grant.objects.get(user__esia_oid=ZMZ_SAFETY).revoked_at is None
    esia.post("reset")
    back = Walker(esia)
    back.sign_in(ZMZ_SAFETY)
    back.choose("ЗМЗ")
    assert back.cabinet.get(HOME).status_code == 200


@pytest.mark.parametrize(("answer", "status"), [("down", 503), ("slow", 504), ("garbage", 502), ("odd", 502)])
@pytest.mark.parametrize("place", ["token", "rest"])
def test_bad_days_at_the_choice_leave_nothing(walker, esia, settings, answer, place, status):
    walker.sign_in(ZMZ_HEAD)
    if status == 504:
        settings.ESIA = settings.ESIA | {"timeout_seconds": 0.5}
    esia.faults(answer=answer, place=place, seconds="1.5")
    page = walker.back(choosing(walker))
    assert page.status_code == status
    assert "К списку организаций" in text_of(page)
    assert not Organization.objects.exists()
    assert not Grant.objects.exists()
    esia.faults(answer="")
    settings.ESIA = settings.ESIA | {"timeout_seconds": 10}
    walker.choose("ЗМЗ")
    assert walker.cabinet.get(HOME).status_code == 200, "the next attempt works"


def test_wrong_token_at_the_choice(walker, esia):
    walker.sign_in(ZMZ_HEAD)
    esia.faults(jwt="flipped_access")
    assert walker.back(choosing(walker)).status_code == 502
    assert not Grant.objects.exists()


def test_scopes_of_the_second_authorization(walker):
    walker.sign_in(ZMZ_HEAD)
    (card,) = cards_of(walker)
    query = query_of(walker.cabinet.post("/organizations/choose/", {"role": card.role_id})["Location"])
    names = {scope.removeprefix("http://esia.gosuslugi.ru/").split("?")[0] for scope in query["scope_org"].split()}
    assert {"org_inn", "org_kpp", "org_ogrn", "org_fullname", "org_shortname", "org_leg", "org_brhs"} <= names
    assert all(scope.endswith(f"?org_oid={ZMZ}") for scope in query["scope_org"].split())


def test_first_generation_brings_the_organization_too(esia, settings):
    settings.ESIA = settings.ESIA | {"generation": "v1"}
    walker = Walker(esia)
    walker.sign_in(ZMZ_HEAD)
    walker.choose("ЗМЗ")
    assert plant().inn == demo_cast().organizations[ZMZ].inn


def test_acting_costs_at_most_two_queries(walker, django_assert_max_num_queries):
    load_demo_accounts()
    walker.sign_in(ZMZ_SAFETY)
    walker.choose("ЗМЗ")
    request = walker.cabinet.get(HOME).wsgi_request
    from accounts.acting import resolve

    with django_assert_max_num_queries(2):
        assert resolve(request).organization == plant()


def test_demo_accounts_load_any_number_of_times(db):
    load_demo_accounts()
    counts = [model.objects.count() for model in (User, Organization, Branch, Grant)]
    load_demo_accounts()
    assert [model.objects.count() for model in (User, Organization, Branch, Grant)] == counts
    assert Organization.objects.get(esia_oid=TECHNO).claimed_at is not None
