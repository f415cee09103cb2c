"""«Настройки личного кабинета»: contacts, addresses, branches."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Branch, Contacts, Grant, Organization
from core.journal.models import Event
from core.notifications.keeping import pause_unkept
from core.notifications.models import Address
from tests import factories

pytestmark = pytest.mark.django_db
CONTACTS, ADDRESSES, BRANCHES = "/settings/contacts/", "/settings/addresses/", "/settings/branches/"


@pytest.fixture
def employer() -> Organization:
    return factories.organization(short_name="АО «Завод»")


@pytest.fixture
def branch(employer: Organization) -> Branch:
    return Branch.objects.create(organization=employer, name="Филиал в г. Полевском", kpp="661243001")


@pytest.fixture
def keeper(employer: Organization) -> Acting:
    return factories.acting(
        employer, rights=["admin.settings", "admin.access", "control.view_flags", "control.view_messages"]
    )


def client_of(who: Acting) -> Client:
    return factories.sign_in(Client(), who)


def typed(**changes: Any) -> dict[str, Any]:
    values = {
        "version": 0,
        "phone": "+7 343 000-00-00, доб. 12",
        "email": "safety@plant.example",
        "person_name": "Пробнова Ольга Петровна",
        "person_position": "Руководитель службы охраны труда",
    }
    return values | changes


def test_the_sections_of_ones_rights(employer: Organization, keeper: Acting) -> None:
    text = client_of(keeper).get("/settings/").content.decode()
    for words in ("Контакты", "Адреса для уведомлений", "Филиалы", "Члены комиссии"):
        assert words in text
    preparer = client_of(factories.acting(employer, rights=["protocols.prepare"]))
    assert preparer.get("/settings/").status_code == 403
    members = preparer.get("/control/members/").content.decode()
    assert CONTACTS not in members, "no tab leads to a page that would not open"


def test_contacts(keeper: Acting) -> None:
    client = client_of(keeper)
    assert client.post(CONTACTS, typed()).status_code == 302
    home = client.get("/home/").content.decode()
    for words in ("+7 343 000-00-00, доб. 12", "Пробнова Ольга Петровна, Руководитель службы охраны труда"):
        assert words in home
    event = Event.objects.get(verb="contacts.saved")
    assert (event.actor, event.organization) == (keeper.user, keeper.organization)
    assert "Пробнова" not in str(event.payload), "the journal names fields, not people"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phone": "позвоните нам"}, "Укажите телефон цифрами"),
        ({"email": "nonsense"}, "Укажите адрес в виде"),
        ({"person_name": ""}, "Укажите, кого спросить, или уберите должность."),
    ],
)
def test_wrong_contacts(keeper: Acting, changes: dict[str, str], words: str) -> None:
    answer = client_of(keeper).post(CONTACTS, typed(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Contacts.objects.exists()


def test_two_tabs_do_not_overwrite_each_other(keeper: Acting) -> None:
    client = client_of(keeper)
    client.post(CONTACTS, typed())
    answer = client.post(CONTACTS, typed(phone="+7 343 111-11-11"))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "+7 343 111-11-11" in text, "what was typed stays"
    assert "+7 343 000-00-00" in text, "and what is saved stands beside"
    assert Contacts.objects.get().phone == "+7 343 000-00-00, доб. 12"
    assert client.post(CONTACTS, typed(phone="+7 343 111-11-11", version=1)).status_code == 302
    assert Contacts.objects.get().phone == "+7 343 111-11-11"
    assert client.post(CONTACTS, typed(version="x")).status_code == 409


def test_a_branch_keeps_its_own_contacts_only(employer: Organization, branch: Branch, keeper: Acting) -> None:
    client_of(keeper).post(CONTACTS, typed())
    there = factories.acting(employer, branch=branch, rights=["admin.settings"])
    client = client_of(there)
    assert "safety@plant.example" not in client.get(CONTACTS).content.decode()
    client.post(CONTACTS, typed(phone="+7 34 350 0-00-00"))
    assert Contacts.objects.get(branch=None).phone == "+7 343 000-00-00, доб. 12"
    assert Contacts.objects.get(branch=branch).phone == "+7 34 350 0-00-00"
    assert Contacts.objects.visible_to(there).count() == 1
    assert Contacts.objects.visible_to(factories.acting()).count() == 0
    shown = client_of(keeper).get(BRANCHES).content.decode()
    for words in ("Филиал в г. Полевском", "661243001", "+7 34 350 0-00-00", "Список передаёт ЕСИА"):
        assert words in shown


def test_an_address_is_added_changed_and_removed(keeper: Acting) -> None:
    client = client_of(keeper)
    form = {"email": "safety@plant.example", "topics": ["flags", "messages"]}
    assert client.post(ADDRESSES, form).status_code == 302
    address = Address.objects.get()
    text = client.get(ADDRESSES).content.decode()
    assert "Ждёт подтверждения" in text
    assert client.post(ADDRESSES, form | {"email": "SAFETY@plant.example"}).status_code == 422, "already there"
    page = f"{ADDRESSES}{address.pk}/"
    assert client.post(page, {"do": "save", "version": 1, "topics": ["access"]}).status_code == 302
    stale = client.post(page, {"do": "save", "version": 1, "topics": ["flags"]})
    assert stale.status_code == 409
    assert "Сейчас сохранено: Доступ сотрудников" in stale.content.decode()
    assert client.post(page, {"do": "save", "version": 2, "topics": []}).status_code == 422
    assert client.post(page, {"do": "again"}).status_code == 302
    assert address.letters.count() == 2
    assert client.post(page, {"do": "remove"}).status_code == 302
    assert client.get(page).status_code == 404
    verbs = list(Event.objects.filter(verb__startswith="address.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["address.asked", "address.topics_changed", "address.asked_again", "address.removed"]


def test_only_ones_own_topics_can_be_copied(employer: Organization, keeper: Acting) -> None:
    client = client_of(factories.acting(employer, rights=["admin.settings", "control.view_messages"]))
    assert "Признаки нарушений и запросы инспектора" not in client.get(ADDRESSES).content.decode()
    answer = client.post(ADDRESSES, {"email": "safety@plant.example", "topics": ["flags"]})
    assert answer.status_code == 422
    assert "нет права" in answer.content.decode()
    assert not Address.objects.exists()
    client_of(keeper).post(ADDRESSES, {"email": "safety@plant.example", "topics": ["flags", "messages"]})
    address = Address.objects.get()
    page = f"{ADDRESSES}{address.pk}/"
    assert "Если вы сохраните темы, отвечать за адрес будете вы" in client.get(page).content.decode()
    assert client.post(page, {"do": "save", "version": 1, "topics": ["flags", "messages"]}).status_code == 422
    assert client.post(page, {"do": "save", "version": 1, "topics": ["messages"]}).status_code == 302
    address.refresh_from_db()
    assert (address.topics, address.created_by) == (["messages"], keeper.user)
    assert address.kept_by is not None


def test_the_table_says_who_answers_for_an_address(employer: Organization, keeper: Acting) -> None:
    client = client_of(keeper)
    client.post(ADDRESSES, {"email": "safety@plant.example", "topics": ["flags"]})
    text = client.get(ADDRESSES).content.decode()
    assert keeper.user.short_name in text
    assert f"{timezone.localdate():%d.%m.%Y}" in text
    assert "Не приходят" not in text
    Address.objects.update(topics=["flags", "reports"])
    assert "Не приходят: Отчёты СОУТ и протоколы комиссии." in client.get(ADDRESSES).content.decode()


def test_a_paused_address_is_kept_by_another(employer: Organization, keeper: Acting) -> None:
    client_of(keeper).post(ADDRESSES, {"email": "safety@plant.example", "topics": ["flags", "messages"]})
    Grant.objects.filter(user=keeper.user).update(revoked_at=timezone.now(), reason="Уволен")
    assert pause_unkept() == 1
    colleague = factories.acting(employer, rights=["admin.settings", "control.view_flags"])
    client = client_of(colleague)
    address = Address.objects.get()
    page = f"{ADDRESSES}{address.pk}/"
    assert "Приостановлен" in client.get(ADDRESSES).content.decode()
    assert "Копии приостановлены" in client.get(page).content.decode()
    alone = client_of(factories.acting(employer, rights=["admin.settings"]))
    answer = alone.post(page, {"do": "keep"}, follow=True)
    assert "нет прав ни на одну из тем" in answer.content.decode()
    for _ in range(2):
        assert client.post(page, {"do": "keep"}).status_code == 302
    address.refresh_from_db()
    assert (address.kept_by, address.paused_at, address.topics) == (colleague.user, None, ["flags"])
    assert Event.objects.filter(verb="address.kept", actor=colleague.user).count() == 1
    text = client.get(ADDRESSES).content.decode()
    assert f"Теперь отвечает {colleague.user.short_name}" in text
    foreign = client_of(factories.acting(rights=["admin.settings"]))
    assert foreign.post(page, {"do": "keep"}).status_code == 404


def test_a_branch_sees_no_address_of_the_organization(employer: Organization, branch: Branch, keeper: Acting) -> None:
    client_of(keeper).post(ADDRESSES, {"email": "safety@plant.example", "topics": ["flags"]})
    address = Address.objects.get()
    there = client_of(factories.acting(employer, branch=branch, rights=["admin.settings"]))
    assert "safety@plant.example" not in there.get(ADDRESSES).content.decode()
    assert there.post(f"{ADDRESSES}{address.pk}/", {"do": "remove"}).status_code == 404
