"""The card of a flag for its inspector, and what he presses there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from accounts.rights import Right
from sout_reports.models import SoutReport
from tests import factories
from tests.violations import control
from tests.violations.inspection.conftest import INSPECTORS_RIGHTS
from violations.flags.models import Flag
from violations.flags.states import FlagState
from violations.inspection.actions import answer, ask
from violations.inspection.models import Decision, Question
from violations.inspection.selectors import seen_state
from violations.inspection.states import Review

pytestmark = pytest.mark.django_db

CONFIRM = {"ground": "report_shows", "text": ""}
DISMISS = {"ground": "mended", "text": "Документы представлены и приняты."}
ASK = {"text": "Поясните, почему номер занят.", "days": "10"}


def url(flag: Flag, name: str = "inspect_flag") -> str:
    return reverse(f"violations:{name}", args=[flag.pk])


def seen(flag: Flag, data: dict[str, str]) -> dict[str, str]:
    """What the form of a page that was read a moment ago sends."""
    return data | {"seen": seen_state(flag)}


def client_of(acting: Acting) -> Client:
    return factories.sign_in(Client(), acting)


def test_both_sides_stand_side_by_side(flag: Flag, inspector: Acting):
    header = flag.report.header | {
        "experts": {"1": {"name": "Ковалева Ирина", "number": "2318", "position": "эксперт"}}
    }
    SoutReport.objects.filter(pk=flag.report_id).update(header=header)
    text = client_of(inspector).get(url(flag)).content.decode()
    for words in (
        "Найдено не уникальное рабочее место",
        "Указано",
        "Ожидается",
        "Два места с одним номером",
        "Место в этом отчёте",
        "Действующее место с этим номером",
        "Кассир 1",
        "Слесарь 1",
        "п. 2 ч. 2 ст. 18 426-ФЗ",
        flag.report.employer_name,
        "Ковалева Ирина, ",
        "№ 2318",
        "Признак найден",
        "Подтвердить признак",
        "Снять признак",
        "Задать вопрос работодателю",
        reverse("violations:expertise", args=[flag.report.uid]),
        reverse("sout_reports:workplaces", args=[flag.report.uid]),
    ):
        assert words in text, words
    assert "Создать протокол" not in text, "that is the employer's"


def test_the_whole_review_by_pages(flag: Flag, inspector: Acting, head: Acting):
    client = client_of(inspector)
    text = client.post(url(flag, "inspect_ask"), seen(flag, ASK), follow=True).content.decode()
    question = Question.objects.get()
    assert f"Вопрос отправлен работодателю. Срок ответа — до {question.due_on:%d.%m.%Y}" in text
    assert "Ждём пояснение работодателя" in text
    assert "Задать вопрос работодателю" not in text
    answer(flag, text="Номер будет изменён протоколом.", files=[], acting=head)
    text = client.get(url(flag)).content.decode()
    assert "Номер будет изменён протоколом." in text
    assert "Задать вопрос работодателю" in text, "one may ask again"
    text = client.post(url(flag, "inspect_confirm"), seen(flag, CONFIRM), follow=True).content.decode()
    assert "Признак подтверждён. Он остаётся непогашенным" in text
    assert "Нарушение видно из отчёта" in text
    assert f"{inspector.user.short_name}, {inspector.organization.name}" in text
    text = client.post(url(flag, "inspect_dismiss"), seen(flag, DISMISS), follow=True).content.decode()
    assert "Признак снят. Вердикт отчёта пересчитан" in text
    assert "Ваше решение" not in text
    flag.refresh_from_db()
    assert flag.state == FlagState.DISMISSED


def test_pressed_twice_there_is_one_effect(flag: Flag, inspector: Acting):
    client = client_of(inspector)
    client.post(url(flag, "inspect_ask"), seen(flag, ASK))
    assert (
        "Вопрос по этому признаку уже задан"
        in client.post(url(flag, "inspect_ask"), seen(flag, ASK), follow=True).content.decode()
    )
    client.post(url(flag, "inspect_confirm"), seen(flag, CONFIRM))
    text = client.post(url(flag, "inspect_confirm"), seen(flag, CONFIRM), follow=True).content.decode()
    assert "Признак уже подтверждён инспектором" in text
    client.post(url(flag, "inspect_dismiss"), seen(flag, DISMISS))
    text = client.post(url(flag, "inspect_dismiss"), seen(flag, DISMISS), follow=True).content.decode()
    assert "Признак уже снят инспектором" in text
    assert "уже снят" in client.post(url(flag, "inspect_ask"), seen(flag, ASK), follow=True).content.decode()
    assert (Question.objects.count(), Decision.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("inspect_ask", {"text": "", "days": "10"}, "Заполните поле «Вопрос»"),
        ("inspect_ask", {"text": "коротко", "days": "10"}, "нужно не меньше 10 знаков"),
        ("inspect_ask", {"text": "я" * 2001, "days": "10"}, "можно не больше 2000 знаков"),
        ("inspect_ask", {"text": "Поясните, почему номер занят.", "days": "4"}, "Выберите срок из списка"),
        ("inspect_ask", {"text": "Поясните, почему номер занят.", "days": "-1"}, "Выберите срок из списка"),
        ("inspect_ask", {"text": "Поясните, почему\x00 номер занят.", "days": "5"}, "Ошибка"),
        ("inspect_confirm", {"ground": "", "text": ""}, "Выберите основание"),
        ("inspect_confirm", {"ground": "explained", "text": ""}, "Выберите основание из списка"),
        ("inspect_confirm", {"ground": "other", "text": ""}, "Для основания «Иное» напишите обоснование"),
        ("inspect_dismiss", {"ground": "mended", "text": ""}, "Заполните поле «Обоснование»"),
        ("inspect_dismiss", {"ground": "report_shows", "text": "Обоснование снятия."}, "Выберите основание из списка"),
    ],
)
def test_a_form_says_what_is_missing(name: str, data: dict, words: str, flag: Flag, inspector: Acting):
    answered = client_of(inspector).post(url(flag, name), seen(flag, data))
    assert answered.status_code == 422
    text = answered.content.decode()
    assert words in text
    assert "<title>Ошибка:" in text
    flag.refresh_from_db()
    assert flag.review == Review.NEW


def test_an_absent_and_a_foreign_flag_are_one(flag: Flag, head: Acting):
    stranger = client_of(factories.acting(factories.inspectorate(region="16"), rights=INSPECTORS_RIGHTS))
    for name, data in (
        ("inspect_flag", None),
        ("inspect_ask", ASK),
        ("inspect_confirm", CONFIRM),
        ("inspect_dismiss", DISMISS),
    ):
        absent = reverse(f"violations:{name}", args=[999_999_999])
        huge = reverse(f"violations:{name}", args=[10**30])
        answers = [
            stranger.get(each) if data is None else stranger.post(each, data)
            for each in (url(flag, name), absent, huge)
        ]
        assert [each.status_code for each in answers] == [404, 404, 404], name
        assert len({factories.page_of(each) for each in answers}) == 1
    assert client_of(head).get(url(flag)).status_code == 403, "the employer has no such right"
    assert not Decision.objects.exists()


def test_who_may_only_read_is_told_who_grants(flag: Flag, inspectorate: Organization):
    boss = factories.acting(inspectorate)
    reader = client_of(factories.acting(inspectorate, rights=[Right.INSPECT_FLAGS]))
    text = reader.get(url(flag)).content.decode()
    assert "Вы можете только читать" in text
    assert boss.user.full_name in text
    assert "Ваше решение" not in text
    for name, data in (("inspect_ask", ASK), ("inspect_confirm", CONFIRM), ("inspect_dismiss", DISMISS)):
        assert reader.post(url(flag, name), data).status_code == 403
    flag.refresh_from_db()
    assert flag.review == Review.NEW


def test_nobody_judges_his_own_organization(inspectorate: Organization):
    Organization.objects.filter(pk=inspectorate.pk).update(is_employer=True)
    inspectorate.refresh_from_db()
    _, (flag,) = control.not_unique(inspectorate)
    client = client_of(factories.acting(inspectorate, rights=INSPECTORS_RIGHTS))
    assert "Признак рассматривает другой орган надзора" in client.get(url(flag)).content.decode()
    for name, data in (("inspect_ask", ASK), ("inspect_confirm", CONFIRM), ("inspect_dismiss", DISMISS)):
        text = client.post(url(flag, name), data, follow=True).content.decode()
        assert "Его рассматривает другой орган надзора" in text
    flag.refresh_from_db()
    assert flag.review == Review.NEW


def test_links_of_reports_lead_an_inspector_to_his_own_pages(flag: Flag, inspector: Acting):
    client = client_of(inspector)
    assert client.get(reverse("violations:flag", args=[flag.pk]))["Location"] == url(flag)
    led = client.get(reverse("violations:flags"), {"report": flag.report.number})
    assert led["Location"] == f"{reverse('violations:inspect_flags')}?report={flag.report.number}"


def test_texts_of_people_are_text(flag: Flag, inspector: Acting, head: Acting):
    ask(flag, text="<script>alert(1)</script> поясните", days=5, acting=inspector)
    answer(flag, text="<img src=x onerror=alert(2)>", files=[], acting=head)
    for acting, name in ((inspector, "inspect_flag"), (head, "flag")):
        text = client_of(acting).get(url(flag, name)).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert" in text
