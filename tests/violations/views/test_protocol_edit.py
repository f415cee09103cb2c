"""The draft: typing, conflicts at their places, two tabs, pages of rows; all of it without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from accounts.rights import Right
from sout_reports.models import Workplace
from tests import factories
from tests.violations import control
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.states import ProtocolState

pytestmark = pytest.mark.django_db


def url(protocol: CommissionProtocol, name: str = "protocol_edit") -> str:
    return reverse(f"violations:{name}", args=[protocol.uid])


def posted(protocol: CommissionProtocol, **changes: Any) -> dict[str, Any]:
    """What a browser sends from the page as it is saved."""
    protocol.refresh_from_db()
    data: dict[str, Any] = {
        "version": protocol.version,
        "head-number": protocol.number,
        "head-date": protocol.date.isoformat(),
        "members": protocol.members.count(),
        "do": "save",
    }
    for index, member in enumerate(protocol.members.all()):
        for field in ("last_name", "first_name", "middle_name", "position"):
            data[f"member-{index}-{field}"] = getattr(member, field)
        if member.chairman:
            data["chairman"] = index
    for row in protocol.rows.all():
        data[f"row-{row.pk}-new_number"] = row.new_number
        if row.liquidated:
            data[f"row-{row.pk}-liquidated"] = "on"
    return data | changes


@pytest.fixture
def protocol(employer: Organization, head: Acting) -> CommissionProtocol:
    _, flags = control.not_unique(employer, places=2)
    return control.drafted(head, flags)


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def test_the_page_shows_the_proposals_with_their_reasons(protocol: CommissionProtocol, client: Client) -> None:
    text = client.get(url(protocol)).content.decode()
    for words in (
        "Кассир 1",
        "Торговый зал",
        'value="3"',
        "следующий свободный номер",
        "Пробнова",
        "Подписать и отправить",
    ):
        assert words in text, words
    assert "Отправить пока нельзя" not in text


def test_saving(protocol: CommissionProtocol, client: Client) -> None:
    first, second = protocol.rows.all()
    data = posted(protocol, **{f"row-{first.pk}-new_number": " 50 a ", f"row-{second.pk}-liquidated": "on"})
    answer = client.post(url(protocol), data | {"head-number": "7-К"})
    assert answer.status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    protocol.refresh_from_db()
    assert (first.new_number, second.liquidated, protocol.number) == ("50А", True, "7-К")
    assert first.reason == "номер указан вручную"


def test_conflicts_stand_at_their_places(protocol: CommissionProtocol, client: Client) -> None:
    first, second = protocol.rows.all()
    data = posted(protocol, **{f"row-{first.pk}-new_number": "9", f"row-{second.pk}-new_number": "9"})
    client.post(url(protocol), data)
    text = client.get(url(protocol)).content.decode()
    assert "Отправить пока нельзя" in text
    assert "2 места с конфликтом номеров" in text.replace("\xa0", " ")
    for row in (first, second):
        assert re.search(rf'id="conflicts-row-{row.pk}"><li>Номер 9 в этом же протоколе', text)


def test_conflicts_of_what_is_not_saved_yet(protocol: CommissionProtocol, client: Client) -> None:
    first, _ = protocol.rows.all()
    data = posted(protocol, **{f"row-{first.pk}-new_number": "2", "head-number": ""})
    answer = client.post(url(protocol, "protocol_check"), data)
    text = answer.content.decode()
    assert f'id="conflicts-row-{first.pk}" hx-swap-oob="true"' in text
    assert "занят действующим местом «Слесарь 2»" in text
    assert "Укажите номер протокола" in text
    first.refresh_from_db()
    assert first.new_number == "3"


def test_only_places_with_a_conflict(protocol: CommissionProtocol, client: Client) -> None:
    first, _ = protocol.rows.all()
    ProtocolRow.objects.filter(pk=first.pk).update(new_number="2")
    text = client.get(url(protocol), {"only": "conflicts"}).content.decode()
    assert "Кассир 1" in text
    assert "Кассир 2</a>" not in text


def test_members_come_and_go(protocol: CommissionProtocol, client: Client) -> None:
    client.post(url(protocol), posted(protocol, do="add_member"))
    assert protocol.members.count() == 4
    text = client.get(url(protocol)).content.decode()
    assert "нужно нечётное число членов: сейчас 4" in text
    client.post(url(protocol), posted(protocol, do="remove_member:3"))
    assert [member.last_name for member in protocol.members.all()] == ["Пробнова", "Образцов", "Примеров"]
    client.post(url(protocol), posted(protocol, chairman=1))
    assert [member.chairman for member in protocol.members.all()] == [False, True, False]


def test_places_come_and_go(protocol: CommissionProtocol, client: Client, employer: Organization) -> None:
    first, _ = protocol.rows.all()
    client.post(url(protocol), posted(protocol, do=f"remove_row:{first.pk}"))
    assert protocol.rows.count() == 1
    answer = client.post(url(protocol), posted(protocol, do="find", find="слесарь"))
    assert "find=" in answer["Location"]
    page = client.get(answer["Location"]).content.decode()
    place = Workplace.objects.get(report__employer=employer, position="Слесарь 1")
    assert f'value="add:{place.pk}"' in page
    client.post(url(protocol), posted(protocol, do=f"add:{place.pk}"))
    assert protocol.rows.filter(workplace=place).exists()


def test_a_mistake_keeps_what_was_typed(protocol: CommissionProtocol, client: Client) -> None:
    first, _ = protocol.rows.all()
    data = posted(protocol, **{"head-date": "вчера", f"row-{first.pk}-new_number": "77"})
    answer = client.post(url(protocol), data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Проверьте данные" in text
    assert "Ошибка: " in text
    assert 'value="77"' in text
    first.refresh_from_db()
    assert first.new_number == "3"


def test_two_tabs(protocol: CommissionProtocol, client: Client, employer: Organization) -> None:
    """The second tab is told who changed what; nothing that was typed is lost, pressing again saves it."""
    first, _ = protocol.rows.all()
    mine = posted(protocol, **{f"row-{first.pk}-new_number": "60"})
    other = factories.acting(employer, rights=[Right.PREPARE_PROTOCOLS])
    factories.sign_in(Client(), other).post(url(protocol), posted(protocol, **{f"row-{first.pk}-new_number": "50"}))
    answer = client.post(url(protocol), mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert f"Пока вы правили, черновик сохранён другим человеком: {other.user.short_name}" in text
    assert 'value="60"' in text
    assert "Сохранено: 50" in text
    version = re.search(r'name="version" value="(\d+)"', text)[1]
    assert client.post(url(protocol), mine | {"version": version}).status_code == 302
    first.refresh_from_db()
    assert first.new_number == "60"


def test_two_tabs_of_one_person(protocol: CommissionProtocol, client: Client) -> None:
    """Nobody else has saved it: the page does not blame another person."""
    first, _ = protocol.rows.all()
    mine = posted(protocol, **{f"row-{first.pk}-new_number": "60"})
    client.post(url(protocol), mine)
    text = client.post(url(protocol), mine).content.decode()
    assert "черновик сохранён вами в другой вкладке или на другом устройстве" in text
    assert "другим человеком" not in text


def test_a_draft_without_a_number_is_called_so(protocol: CommissionProtocol, client: Client) -> None:
    client.post(url(protocol), posted(protocol, **{"head-number": ""}))
    shown = client.get(url(protocol, "protocol_preview")).content.decode()
    assert "Документ протокола без номера от" in shown
    assert "№  от" not in shown
    assert "Черновик протокола без номера" in client.get(url(protocol)).content.decode()
    assert "Без номера от" in client.get(reverse("violations:protocols")).content.decode()
    assert "в протоколе № " not in client.get(reverse("violations:flags")).content.decode()


def test_signing_is_refused_while_something_is_missing(protocol: CommissionProtocol, client: Client) -> None:
    answer = client.post(url(protocol), posted(protocol, do="sign", **{"head-number": ""}), follow=True)
    assert "отправить его нельзя: 1 замечание" in answer.content.decode().replace("\xa0", " ")
    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.DRAFT


def test_signing_leads_on(protocol: CommissionProtocol, client: Client) -> None:
    answer = client.post(url(protocol), posted(protocol, do="sign"))
    assert answer["Location"] == url(protocol, "protocol_sign")
    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.SIGNING
    assert client.get(url(protocol))["Location"] == url(protocol, "protocol")
    late = client.post(url(protocol), posted(protocol), follow=True)
    assert late.redirect_chain[-1][0] == url(protocol, "protocol")


def test_who_may_not_sign_hands_over(protocol: CommissionProtocol, employer: Organization) -> None:
    preparer = factories.acting(employer, rights=[Right.PREPARE_PROTOCOLS])
    client = factories.sign_in(Client(), preparer)
    assert "Передать на подпись" in client.get(url(protocol)).content.decode()
    answer = client.post(url(protocol), posted(protocol, do="sign"), follow=True)
    assert "Подписать и отправить протокол может работник с правом" in answer.content.decode()
    assert client.get(url(protocol, "protocol_sign")).status_code == 403


def test_rows_come_in_pages_that_cost_the_same(employer: Organization, head: Acting) -> None:
    client = factories.sign_in(Client(), head)
    counts = []
    for places in (30, 60):
        _, flags = control.not_unique(employer, places=places)
        protocol = control.drafted(head, flags)
        text = client.get(url(protocol)).content.decode()
        counts.append(factories.selects(client, url(protocol)))
        assert len(re.findall(r'name="row-\d+-new_number"', text)) == 25
    assert counts[0] == counts[1]


def test_going_on_to_the_next_page_saves_this_one(employer: Organization, head: Acting, client: Client) -> None:
    _, flags = control.not_unique(employer, places=30)
    protocol = control.drafted(head, flags)
    first = protocol.rows.first()
    page = client.get(url(protocol)).content.decode()
    shown = re.findall(r'name="(row-\d+-new_number)"', page)
    everything = posted(protocol, do="next")
    data = {name: value for name, value in everything.items() if not name.startswith("row-") or name in shown}
    answer = client.post(url(protocol), data | {f"row-{first.pk}-new_number": "700"})
    assert "at=" in answer["Location"]
    first.refresh_from_db()
    assert first.new_number == "700"
    assert len(re.findall(r'name="row-\d+-new_number"', client.get(answer["Location"]).content.decode())) == 5


def test_hostile_values_change_nothing(protocol: CommissionProtocol, client: Client) -> None:
    for changes in (
        {"version": "x"},
        {"version": "9" * 30},
        {"do": "add:" + "9" * 30},
        {"do": "remove_row:0"},
        {"do": "nothing"},
        {"members": "99999999"},
        {"find": "\x00' OR 1=1 --", "do": "find"},
        {"chairman": "<script>"},
    ):
        assert client.post(url(protocol), posted(protocol, **changes)).status_code in {302, 409, 422}, changes
    for find in ("\x00", "\x00 \x00", "1\x00"):
        assert client.get(url(protocol), {"find": find}).status_code == 200, find
    assert protocol.rows.count() == 2


def test_texts_stay_text(protocol: CommissionProtocol, client: Client) -> None:
    client.post(
        url(protocol), posted(protocol, **{"head-number": '"><script>x</script>', "member-0-last_name": "<b>Б"})
    )
    text = client.get(url(protocol)).content.decode()
    assert "<script>x" not in text
    assert "<b>Б" not in text


def test_a_stranger_and_a_reader(protocol: CommissionProtocol, employer: Organization) -> None:
    stranger = factories.sign_in(Client(), factories.acting(factories.organization()))
    assert stranger.get(url(protocol)).status_code == 404
    assert stranger.post(url(protocol), posted(protocol)).status_code == 404
    reader = factories.sign_in(Client(), factories.acting(employer, rights=[Right.VIEW_PROTOCOLS]))
    assert reader.get(url(protocol)).status_code == 403
    assert reader.get(url(protocol, "protocol")).status_code == 200


def test_a_made_up_key_is_harmless(client: Client, protocol: CommissionProtocol) -> None:
    for key in ("9" * 5000, "9" * 19, "٣", "-1"):
        assert client.post(url(protocol), posted(protocol, do=f"add:{key}")).status_code == 302
