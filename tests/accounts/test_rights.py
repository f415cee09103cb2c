"""Rights against a table written by hand from the cabinet's own dialog: codes may change here, labels may not."""

import pytest
from django.urls import reverse

from accounts.actions import GrantRefused, create_grant
from accounts.models import Source
from accounts.rights import (
    TEMPLATES,
    Right,
    by_heading,
    effective_rights,
    forbidden_pairs,
    missing_companions,
    rights_of_kinds,
    templates_for,
    unknown_rights,
)
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
    "Просмотр отчётов СОУТ и признаков нарушений поднадзорных организаций",
    "Рассмотрение признаков нарушений",
    "Направление сообщений работодателям",
    "Ведение реестров",
    "Рассмотрение уведомлений о намерении обучения",
    "Рассмотрение деклараций",
}
SOUT_ONLY = {"sout_org.sout_ids", "sout_org.import_reports"}
INSPECTORATE_ONLY = {
    "inspect.view_flags",
    "inspect.review_flags",
    "inspect.send_messages",
    "inspect.review_notices",
    "inspect.review_declarations",
}
NATIONAL_ONLY = {"inspect.keep_registers"}
OF_EVERY_KIND = {"admin.settings", "admin.access", "admin.api_keys"}


def test_the_labels_are_the_cabinets():
    shown = by_heading(Right)
    theirs = {
        heading: [right.label for right in members if right.label not in OURS] for heading, members in shown.items()
    }
    assert {heading: labels for heading, labels in theirs.items() if labels} == FROM_THE_CABINET
    assert {right.label for right in Right} - {
        label for labels in FROM_THE_CABINET.values() for label in labels
    } == OURS
    assert len(Right) == 19 + 9 + 6


def test_codes_are_strings_and_unique():
    assert Right.VIEW_REPORTS == "sout.view_reports"
    assert len({right.value for right in Right}) == len(Right)
    assert unknown_rights(["sout.view_reports", "sout.fly"]) == ["sout.fly"]


def test_kinds_limit_rights():
    plant = factories.organization()
    surveyor = factories.sout_organization()
    watch = factories.organization(is_employer=False, is_inspectorate=True, inspectorate="git")
    assert rights_of_kinds(plant) == {right.value for right in Right} - SOUT_ONLY - INSPECTORATE_ONLY - NATIONAL_ONLY
    assert rights_of_kinds(surveyor) == {right.value for right in Right} - INSPECTORATE_ONLY - NATIONAL_ONLY
    assert rights_of_kinds(watch) == INSPECTORATE_ONLY | OF_EVERY_KIND
    for kind in ("rostrud", "operator"):
        national = factories.inspectorate(kind)
        assert rights_of_kinds(national) == INSPECTORATE_ONLY | NATIONAL_ONLY | OF_EVERY_KIND
    assert effective_rights(watch, None, is_admin=False, rights=[*NATIONAL_ONLY, "admin.settings"]) == {
        "admin.settings"
    }
    assert effective_rights(plant, None, is_admin=False, rights=["sout.view_reports", *SOUT_ONLY]) == {
        "sout.view_reports"
    }


def test_a_branch_has_no_right_that_is_the_whole_country_s(client):
    """The registers are national: whoever acts for a branch of Роструд sees its region, and rewrites nothing."""
    place = factories.inspectorate("rostrud")
    branch = place.branches.create(name="Управление", kpp="770143001")
    assert rights_of_kinds(place, branch) == INSPECTORATE_ONLY | OF_EVERY_KIND
    given_before = factories.acting(place, branch=branch, rights=[Right.KEEP_REGISTERS, Right.INSPECT_FLAGS])
    assert given_before.rights == {Right.INSPECT_FLAGS}
    assert not factories.acting(place, branch=branch).holds(Right.KEEP_REGISTERS), "nor by being its administrator"
    assert given_before.granters(Right.KEEP_REGISTERS) == []
    head, person = factories.acting(place), factories.user()
    with pytest.raises(GrantRefused, match=r"Только на всю организацию, а не на филиал.*«Ведение реестров»"):
        create_grant(
            user=person, organization=place, branch=branch, rights=NATIONAL_ONLY, source=Source.GRANT, actor=head
        )
    assert create_grant(user=person, organization=place, rights=NATIONAL_ONLY, source=Source.GRANT, actor=head)
    factories.sign_in(client, head)
    form = client.get(reverse("accounts:access_edit", args=[given_before.grant.pk])).context["form"]
    assert Right.KEEP_REGISTERS not in form.possible


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


def test_the_page_of_a_right_that_nobody_can_have_here_sends_nobody_for_it(client):
    """An employer's administrator opens an inspector's address: there is nobody to ask, and no lack of administrators."""
    factories.sign_in(client, factories.acting())
    page = client.get(reverse("violations:inspect_flags"))
    assert page.status_code == 403
    text = page.content.decode()
    assert "только у организаций другого вида" in text
    assert "ни одного администратора" not in text
    assert reverse("accounts:ask") not in text


def test_of_several_rights_the_page_names_one_that_can_be_had_here(client):
    """A page of both sides, asked for by an inspector who holds neither right."""
    place = factories.inspectorate()
    factories.grant(factories.user(), place)
    factories.sign_in(client, factories.acting(place, rights=[Right.SETTINGS]))
    page = client.get(reverse("violations:flag", args=[1]))
    assert page.status_code == 403
    assert page.context["right_code"] in INSPECTORATE_ONLY
    assert page.context["granters"]


def test_what_a_right_needs_and_what_never_goes_together():
    assert missing_companions(["training.sign_trained"]) == {
        Right.SIGN_TRAINED: [Right.VIEW_NOTICE, Right.VIEW_TRAINED]
    }, "in the dialog's order"
    assert missing_companions(["training.sign_trained", "training.view_trained", "training.view_notice"]) == {}
    assert forbidden_pairs(["protocols.sign", "inspect.review_flags", "sout.view_reports"]) == [
        [Right.SIGN_PROTOCOLS, Right.REVIEW_FLAGS]
    ]
    assert forbidden_pairs(["protocols.sign"]) == []


def test_every_template_is_whole():
    for template in TEMPLATES:
        assert missing_companions(template.rights) == {}, template.label
        assert forbidden_pairs(template.rights) == [], template.label
    plant = factories.organization()
    assert [each.label for each in templates_for(plant)] == ["Специалист по охране труда", "Кадры", "Только просмотр"]
    assert "inspect.view_flags" not in {right for each in templates_for(plant) for right in each.rights}
