"""Rights against a table written by hand from the cabinet's own dialog: codes may change here, labels may not."""

import pytest
from django.urls import reverse

from accounts.rights import Right, by_heading, effective_rights, rights_of_kinds, unknown_rights
from tests import factories

pytestmark = pytest.mark.django_db

# heading → labels, in the order of the dialog; the sources are the cabinet's instruction and presentation
FROM_THE_CABINET = {
    "Специальная оценка условий труда": ["Просмотр отчетов СОУТ"],
    "Декларации": ["Просмотр деклараций"],
    "Мониторинг и контроль": [
        "Просмотр сообщений от Роструда",
        "Просмотр признаков нарушения в СОУТ и Декларациях",
        "Просмотр признаков нарушения в обучении",
        "Просмотр признаков нарушения в СОУТ и Декларациях (филиал)",
    ],
    "Уведомление о намерении обучения по охране труда": [
        "Просмотр уведомления",
        "Формирование уведомления",
        "Подпись и отправка уведомления",
    ],
    "Реестр обученных лиц": [
        "Просмотр реестра обученных лиц",
        "Формирование отложенных записей в реестре обученных лиц",
        "Подпись и отправка записей в реестр обученных лиц",
    ],
    "Проверка знаний по охране труда": [
        "Просмотр обучаемых лиц",
        "Редактирование обучаемых лиц",
        "Просмотр попыток проверки знаний",
        "Редактирование попыток проверки знаний",
        "Допуск к проверке знаний",
    ],
    "Администрирование": ["Настройки личного кабинета", "Управление доступом"],
}
OURS = {
    "Согласование и утверждение отчётов СОУТ",
    "Просмотр протоколов решения комиссий",
    "Формирование протоколов решения комиссий",
    "Подпись и отправка протоколов решения комиссий",
    "Формирование деклараций",
    "Подпись и отправка деклараций",
    "Ключи API и вебхуки",
    "Идентификационные номера СОУТ",
    "Импорт отчётов СОУТ",
}
SOUT_ONLY = {"sout_org.sout_ids", "sout_org.import_reports"}


def test_the_labels_are_the_cabinets():
    shown = by_heading(Right)
    theirs = {
        heading: [right.label for right in members if right.label not in OURS] for heading, members in shown.items()
    }
    assert {heading: labels for heading, labels in theirs.items() if labels} == FROM_THE_CABINET
    assert {right.label for right in Right} - {
        label for labels in FROM_THE_CABINET.values() for label in labels
    } == OURS
    assert len(Right) == 19 + 9


def test_codes_are_strings_and_unique():
    assert Right.VIEW_REPORTS == "sout.view_reports"
    assert len({right.value for right in Right}) == len(Right)
    assert unknown_rights(["sout.view_reports", "sout.fly"]) == ["sout.fly"]


def test_kinds_limit_rights():
    plant = factories.organization()
    surveyor = factories.sout_organization()
    watch = factories.organization(is_employer=False, is_inspectorate=True)
    assert rights_of_kinds(plant) == {right.value for right in Right} - SOUT_ONLY
    assert rights_of_kinds(surveyor) == {right.value for right in Right}
    assert rights_of_kinds(watch) == frozenset()
    assert effective_rights(plant, is_admin=False, rights=["sout.view_reports", *SOUT_ONLY]) == {"sout.view_reports"}


def test_who_can_grant():
    place = factories.organization()
    branch = place.branches.create(name="Филиал", kpp="770143001")
    head = factories.grant(factories.user(last_name="Ёлкин"), place)
    keeper = factories.grant(factories.user(last_name="Жуков"), place, rights=[Right.ACCESS, Right.VIEW_REPORTS])
    factories.grant(factories.user(last_name="Без управления"), place, rights=[Right.VIEW_REPORTS])
    of_branch = factories.grant(factories.user(last_name="Филиалов"), place, branch=branch)
    factories.grant(factories.user(last_name="Чужой"), factories.organization())
    who = factories.acting(place, rights=[Right.SETTINGS])
    assert who.granters("sout.view_reports") == [head.user, keeper.user]
    assert who.granters("protocols.sign") == [head.user], "nobody grants more than he holds"
    assert who.granters("sout_org.import_reports") == [], "no right of this kind of organization"
    in_branch = factories.acting(place, branch=branch, rights=[Right.SETTINGS])
    assert in_branch.granters("protocols.sign") == [head.user, of_branch.user]
    assert who.label("protocols.sign") == "Подпись и отправка протоколов решения комиссий"


def test_only_people_with_access_in_force_are_named():
    place = factories.organization()
    gone = factories.grant(factories.user(), place)
    gone.user.is_active = False
    gone.user.save(update_fields=["is_active"])
    assert factories.acting(place, rights=[Right.SETTINGS]).granters("sout.view_reports") == []


def test_the_page_of_a_missing_right_names_it_and_who_can_grant_it(client):
    place = factories.organization()
    head = factories.grant(factories.user(last_name="Хозяинов"), place)
    factories.sign_in(client, factories.acting(place, rights=[Right.SETTINGS]))
    page = client.get(reverse("sout_reports:reports"))
    assert page.status_code == 403
    assert "Просмотр отчетов СОУТ" in page.content.decode()
    assert head.user.full_name in page.content.decode()
