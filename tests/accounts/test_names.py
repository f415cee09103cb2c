"""What people are called in an organization: an invitation must not tell whose a СНИЛС is (ADR 9)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.acting import Acting
from accounts.actions import Given, Named, give_access
from accounts.models import Branch, EsiaRole, Grant, Invitation, User
from accounts.readers import actings_in
from accounts.rights import Right
from accounts.selectors import colleagues_to_copy, granters
from core.journal import record
from core.journal.models import Event
from core.notifications.actions import tell
from core.notifications.models import Letter
from core.notifications.spreading import spread_new
from tests import factories

pytestmark = pytest.mark.django_db

LIST, JOURNAL = "/administration/", "accounts:journal"
VIEW = (Right.VIEW_REPORTS.value,)


@pytest.fixture
def head() -> Acting:
    return factories.acting()


@pytest.fixture
def reading(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


@pytest.fixture
def stranger() -> User:
    """Somebody who works elsewhere, under a СНИЛС that the head does not know the owner of."""
    return factories.acting(rights=VIEW).user


def invite(person: User, head: Acting, surname: str = "Угадайкина", **given: object) -> Grant:
    named = Named(snils=person.snils, last_name=surname, first_name="Ия", inn="500100732259")
    return give_access(named, Given(**({"rights": VIEW} | given)), actor=head)


def pick(person: User, head: Acting, **said: object) -> Grant:
    """As from ЕСИА's list of employees."""
    values = {"snils": person.snils, "last_name": "Настоящая", "first_name": "Яна", "esia_oid": 1_999_999_999} | said
    return give_access(Named(**values), Given(rights=VIEW), actor=head)


def named_by_esia(person: User, head: Acting, **values: object) -> None:
    place = head.organization
    common = {"full_name": place.full_name, "ogrn": place.ogrn, "seen_at": timezone.now()}
    EsiaRole.objects.create(user=person, org_oid=place.esia_oid, **(common | values))


def listed(client: Client, **query: str) -> list[str]:
    return [each.name for each in client.get(LIST, query).context["rows"]]


def test_neither_the_journal_nor_its_file_tells(head, reading, stranger):
    stranger.last_name = "Тайнова"
    stranger.save(update_fields=["last_name"])
    invite(stranger, head)
    for address in ("accounts:journal", "accounts:my_actions"):
        text = reading.get(reverse(address)).content.decode()
        assert "Тайнова" not in text
        assert "Доступ предоставлен: Угадайкина Ия." in text
    for address in ("accounts:journal_csv", "accounts:my_actions_file"):
        text = b"".join(reading.get(reverse(address)).streaming_content).decode()
        assert "Тайнова" not in text
        assert "Угадайкина Ия" in text
    named_by_esia(stranger, head)
    assert "Доступ предоставлен: Тайнова" in reading.get(reverse(JOURNAL)).content.decode()


def test_he_is_found_by_the_typed_name_only(head, reading, stranger):
    stranger.last_name = "Тайнова"
    stranger.save(update_fields=["last_name"])
    invite(stranger, head)

    def found(text: str) -> tuple[list[str], int]:
        reading.post(LIST, {"find": text})
        about = reading.get(reverse(JOURNAL), {"about": text}).context["rows"]
        return listed(reading), len(about)

    assert found("тайнова") == ([], 0)
    assert found("угадайк") == (["Угадайкина Ия"], 1)
    named_by_esia(stranger, head)
    assert found("угадайк") == ([], 0)
    assert found("тайнова")[0] == [stranger.full_name]


def test_actors_too_are_found_and_shown_by_the_typed_name(head, reading, stranger):
    """Nobody acts before ЕСИА names him; an event of his, however it came here, tells no more than the table does."""
    invite(stranger, head)
    record("acting.chosen", None, actor=stranger, organization=head.organization)
    rows = reading.get(reverse(JOURNAL), {"who": "угадайкина"}).context["rows"]
    assert [each.who for each in rows] == ["Угадайкина Ия"]
    assert not reading.get(reverse(JOURNAL), {"who": stranger.middle_name}).context["rows"]


def test_the_table_is_sorted_by_what_is_shown(head, reading, stranger):
    """By his own name he would stand elsewhere, which tells its first letters."""
    for surname in ("Бякина", "Ёлкина", "Жукова", "Яшина"):
        invite(factories.user(last_name="Ааронова" if surname > "Е" else "Яковлева"), head, surname)
    names = ["Бякина Ия", "Ёлкина Ия", "Жукова Ия", head.user.full_name, "Яшина Ия"]
    assert listed(reading) == names
    assert listed(reading, sort="-name") == names[::-1]
    for number in range(10):
        invite(factories.user(), head, f"Ямова{'аб'[number % 2]}{'вгдежз'[number // 2]}")
    walked, address = [], f"{LIST}?size=10"
    while address:
        page = reading.get(address).context
        walked += [each.name for each in page["rows"]]
        address = page["page"].next_url
    assert walked == sorted(walked, key=lambda name: name.replace("Ё", "Е"))
    assert len(walked) == 15


def test_he_grants_nothing_and_is_no_example_while_unconfirmed(head, stranger):
    colleague = factories.user()
    invite(colleague, head)
    invite(stranger, head, is_admin=True, rights=())
    assert granters(head.organization, None, Right.VIEW_REPORTS) == [head.user]
    assert colleagues_to_copy(head) == []
    named_by_esia(stranger, head)
    named_by_esia(colleague, head)
    assert set(granters(head.organization, None, Right.VIEW_REPORTS)) == {head.user, stranger}
    assert [each.user for each in colleagues_to_copy(head)] == [colleague]


def test_the_no_right_page_names_no_unconfirmed_administrator(head, stranger, client):
    stranger.last_name = "Тайнова"
    stranger.save(update_fields=["last_name"])
    invite(stranger, head, is_admin=True, rights=())
    factories.sign_in(client, factories.acting(head.organization, rights=VIEW))
    page = client.get(reverse("violations:protocols"))
    assert page.status_code == 403
    assert head.user.full_name in page.content.decode()
    assert "Тайнова" not in page.content.decode()


def test_a_stranger_gets_no_letters_until_esia_names_him(head, stranger):
    """A СНИЛС typed wrong is somebody's: the organization's matters are not his."""
    invite(stranger, head, is_admin=True, rights=())

    def told(key: str) -> set[User]:
        tell(
            head.organization,
            text="Дела организации.",
            why="Проверка",
            url="/home/",
            action="Открыть",
            topic="access",
            right=Right.ACCESS,
            key=key,
        )
        spread_new()
        return {each.user for each in Letter.objects.filter(notice__key__endswith=key)}

    assert told("before") == {head.user}
    assert actings_in([head.organization.pk], [stranger.pk]) == []
    elsewhere = Grant.objects.get(user=stranger, is_admin=False)
    assert len(actings_in([elsewhere.organization_id], [stranger.pk])) == 1
    named_by_esia(stranger, head, active=False)
    assert told("blocked there") == {head.user}
    EsiaRole.objects.filter(user=stranger).update(active=True)
    assert told("named") == {head.user, stranger}


# --- picked from ЕСИА's list


def test_who_never_signed_in_is_shown_as_esia_names_him(head, reading):
    grant = pick(User(snils=factories.snils(601)), head, inn="500100732259")
    assert (grant.user.full_name, grant.user.inn, grant.user.esia_oid) == ("Настоящая Яна", "500100732259", None)
    assert "Настоящая Яна" in listed(reading)
    assert "500100732259" in reading.get(LIST).content.decode()
    assert "Доступ предоставлен: Настоящая Яна." in reading.get(reverse(JOURNAL)).content.decode()


def test_esia_s_name_takes_the_place_of_what_was_typed(head, reading):
    """Invited to a branch, then picked from the list: ЕСИА has told this organization who he is, and no other."""
    unknown = User(snils=factories.snils(602))
    other = factories.acting()
    branch = Branch.objects.create(organization=head.organization, name="Филиал", esia_oid=3_400_000_001)
    invite(unknown, head, "Угадайкина", branch=branch)
    invite(unknown, other, "Описькина")
    pick(unknown, head)
    assert "Настоящая Яна" in listed(reading)
    elsewhere = factories.sign_in(Client(), other)
    assert "Описькина Ия" in listed(elsewhere)
    assert "Настоящая" not in elsewhere.get(LIST).content.decode()
    assert "Настоящая" not in elsewhere.get(reverse(JOURNAL)).content.decode()
    assert list(Invitation.objects.unconfirmed().values_list("organization", flat=True)) == [other.organization.pk]


def test_esia_s_list_does_not_rename_who_has_signed_in(head):
    one, two = factories.user(), factories.user()
    by_snils, by_id = pick(one, head), pick(two, head, esia_oid=two.esia_oid, snils="")
    assert (by_snils.user, by_id.user) == (one, two)
    assert set(User.objects.filter(pk__in=[one.pk, two.pk]).values_list("last_name", flat=True)) == {"Пробная"}
    assert not Event.objects.filter(verb="person.updated").exists()


def test_somebody_without_a_name_is_called_somebody():
    assert str(User(snils=factories.snils(603))) == "сотрудник"
