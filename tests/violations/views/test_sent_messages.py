"""The inspector's side: a draft in three steps, the card of a sent message, conversations, foreign ids."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Branch, Inspectorate, Organization
from core.calendar import add_workdays
from core.jobs.models import Job
from tests import factories
from tests.violations import control, letters
from violations.messages import actions, audience, selectors
from violations.messages.actions import sending
from violations.messages.models import Addressee, Message, Recipient, Reply
from violations.messages.states import MessageState, ThreadState

pytestmark = pytest.mark.django_db

LIST = reverse("violations:sent_messages")
MOST_QUERIES = 12


@pytest.fixture
def inspector() -> Acting:
    return letters.inspector()


@pytest.fixture
def client(inspector: Acting) -> Client:
    return factories.sign_in(Client(), inspector)


def url(message: Message, name: str = "sent_message", *more: Any) -> str:
    return reverse(f"violations:{name}", args=[message.uid, *more])


def body(answer: Any) -> str:
    text: str = answer.content.decode()
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_the_whole_way(client: Client, inspector: Acting) -> None:
    employer = factories.acting()
    answer = client.post(reverse("violations:sent_message_new"))
    draft = Message.objects.get()
    assert answer["Location"] == url(draft, "sent_message_edit")
    day = add_workdays(selectors.today(), 10)
    form = {
        "version": "1", "subject": "О сведениях", "text": "Просим сообщить.", "number": "66/7", "do": "next",
        "number_on": f"{selectors.today():%Y-%m-%d}", "answer_by": f"{day:%d.%m.%Y}",
        "uploads": [SimpleUploadedFile("Форма.docx", b"PK\x03\x04")],
    }  # fmt: skip
    answer = client.post(url(draft, "sent_message_edit"), form)
    assert answer["Location"] == url(draft, "sent_message_recipients")
    text = body(client.get(url(draft, "sent_message_edit")))
    assert "10 рабочих дней" in text
    assert "Форма.docx" in text
    text = body(client.get(url(draft, "sent_message_recipients")))
    assert employer.organization.name in text
    client.post(url(draft, "sent_message_recipients"), {"do": "add", "organization": employer.organization.pk})
    text = body(client.get(url(draft, "sent_message_send")))
    assert "Отправить 1 получателю" in text
    draft.refresh_from_db()
    answer = client.post(url(draft, "sent_message_send"), {"version": draft.version})
    assert answer["Location"] == url(draft)
    letters.work(draft)
    text = body(client.get(url(draft)))
    for words in ("О сведениях", "№ 66/7 от", "Форма.docx", employer.organization.name, "Не прочитано", "Отозвать"):
        assert words in text, words
    assert letters.one(draft).answer_by == day


def test_pressed_twice_sends_once(client: Client, inspector: Acting) -> None:
    draft = letters.drafted(inspector, factories.organization())
    for _ in range(2):
        answer = client.post(url(draft, "sent_message_send"), {"version": draft.version}, follow=True)
    assert "второй раз оно не уйдёт" in body(answer)
    assert (Recipient.objects.count(), Job.objects.filter(kind="message.send").count()) == (1, 1)


def test_two_tabs(client: Client, inspector: Acting) -> None:
    draft = letters.drafted(inspector, factories.organization())
    stale = draft.version
    actions.save_draft(
        draft,
        actions.TypedMessage(subject="Чужая тема", text="Текст"),
        version=stale,
        acting=factories.acting(inspector.organization),
    )
    answer = client.post(
        url(draft, "sent_message_edit"), {"version": stale, "subject": "Моя тема", "text": "Мой текст"}
    )
    text = body(answer)
    assert answer.status_code == 409
    assert 'value="Моя тема"' in text
    assert "Чужая тема" in text
    assert f'name="version" value="{stale + 1}"' in text
    answer = client.post(url(draft, "sent_message_send"), {"version": stale})
    assert answer.status_code == 409
    assert "черновик изменили" in body(answer)
    draft.refresh_from_db()
    assert (draft.subject, draft.state) == ("Чужая тема", MessageState.DRAFT)


def test_sent_in_another_tab(client: Client, inspector: Acting) -> None:
    message = letters.sent(inspector, factories.organization())
    for name in ("sent_message_edit", "sent_message_recipients", "sent_message_send", "sent_message_discard"):
        answer = client.post(url(message, name), {"version": message.version, "subject": "Иное", "text": "Иное"})
        assert answer["Location"] == url(message), name
    message.refresh_from_db()
    assert (message.text, message.state) == (letters.TEXT, MessageState.SENT)


def test_what_is_missing_is_said_before_sending(client: Client, inspector: Acting) -> None:
    draft = actions.new_draft(acting=inspector)
    text = body(client.get(url(draft, "sent_message_send")))
    for words in ("Не указана тема", "Нет текста", "Не выбран ни один получатель"):
        assert words in text, words
    assert "Отправить 0" not in text
    assert client.post(url(draft, "sent_message_send"), {"version": draft.version}).status_code == 422


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"answer_by": "2020-01-10"}, "позже сегодняшнего дня"),
        ({"answer_by": "32.01.2026"}, "Укажите дату в виде"),
        ({"number_on": "2120-01-10"}, "не может быть позже сегодняшней"),
        ({"subject": "и" * 201}, "Тема длиннее"),
        ({"uploads": [SimpleUploadedFile("script.ps1", b"x")]}, "такие файлы не принимаются"),
    ],
)
def test_a_draft_that_cannot_be_kept(client: Client, inspector: Acting, values: Any, words: str) -> None:
    draft = actions.new_draft(acting=inspector)
    answer = client.post(url(draft, "sent_message_edit"), {"version": "1", "subject": "Тема", "text": "Текст"} | values)
    assert answer.status_code == 422
    assert words in body(answer)
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_forged_id_is_an_absent_one(client: Client, inspector: Acting) -> None:
    foreign = factories.organization(region="78")
    branch = Branch.objects.create(organization=foreign, kpp="780202002", name="Филиал")
    draft = letters.drafted(inspector)
    address = url(draft, "sent_message_recipients")
    answers = [
        client.post(address, form, follow=True)
        for form in (
            {"do": "add", "organization": foreign.pk},
            {"do": "add", "organization": 999_999_999},
            {"do": "add", "branch": branch.pk},
            {"do": "add", "organization": "не число"},
        )
    ]
    texts = {factories.page_of(each) for each in answers}
    assert len(texts) == 1
    assert foreign.name not in texts.pop()
    assert not Addressee.objects.exists()
    assert foreign.name not in body(client.get(address + "?region=78"))


def test_another_inspectorate_gets_404(inspector: Acting) -> None:
    employer = factories.acting()
    message = letters.sent(inspector, employer.organization, files=(letters.upload(),))
    draft = letters.drafted(inspector, employer.organization)
    thread = letters.one(message).uid
    for other in (
        letters.inspector("78"),
        letters.inspector("77"),
        factories.acting(factories.inspectorate(kind=Inspectorate.FEDERAL)),
    ):
        client = factories.sign_in(Client(), other)
        for name in ("sent_message", "sent_message_status"):
            assert client.get(url(message, name)).status_code == 404
        for name in ("sent_message_withdraw", "sent_message_correct"):
            assert client.post(url(message, name), {"reason": "Чужое"}).status_code == 404
        for name in ("sent_message_edit", "sent_message_recipients", "sent_message_send", "sent_message_discard"):
            assert client.post(url(draft, name), {"version": draft.version}).status_code == 404
        assert client.get(url(message, "sent_thread", thread)).status_code == 404
        assert client.post(url(message, "sent_thread_close", thread)).status_code == 404
        assert message.subject not in body(client.get(LIST))
    own = letters.sent(letters.inspector(), factories.organization())
    client = factories.sign_in(Client(), inspector)
    assert client.get(url(message, "sent_thread", letters.one(own).uid)).status_code == 404, "ids of two messages"


def test_conditions_and_all_who_are_found(client: Client, inspector: Acting) -> None:
    flagged = factories.organization(short_name="ООО «С признаками»")
    control.not_unique(flagged)
    factories.organization(short_name="ООО «Без признаков»")
    draft = letters.drafted(inspector)
    address = url(draft, "sent_message_recipients") + "?open=1"
    text = body(client.get(address))
    assert "С признаками" in text
    assert "Без признаков" not in text
    answer = client.post(address, {"do": "all"}, follow=True)
    assert "Сейчас: 1 получатель" in body(answer)
    assert "Есть непогашенные признаки" in body(client.get(url(draft, "sent_message_send")))
    client.post(address, {"do": "clear"})
    draft.refresh_from_db()
    assert (draft.audience, draft.filters) == ("chosen", {})


def test_without_the_right_to_reports_nothing_of_them_is_offered(inspector: Acting) -> None:
    sender = factories.acting(inspector.organization, rights=["inspect.send_messages"])
    factories.organization()
    draft = letters.drafted(sender)
    text = body(factories.sign_in(Client(), sender).get(url(draft, "sent_message_recipients")))
    assert "Непогашенных признаков" not in text
    assert "Класс условий труда" not in text


def test_a_branch_stands_under_its_organization(client: Client, inspector: Acting) -> None:
    employer = factories.organization()
    branch = Branch.objects.create(organization=employer, kpp="770202002", name="Филиал в г. Ижевск")
    draft = letters.drafted(inspector)
    address = url(draft, "sent_message_recipients")
    client.post(address, {"do": "add", "branch": branch.pk})
    addressee = Addressee.objects.get()
    assert (addressee.organization, addressee.branch) == (employer, branch)
    assert f"{employer.name} › Филиал в г. Ижевск" in body(client.get(address))
    client.post(address, {"do": f"remove:{addressee.pk}"})
    assert not Addressee.objects.exists()


def test_a_branch_without_a_region_is_told_why_nobody_is_there() -> None:
    rostrud = factories.inspectorate(Inspectorate.FEDERAL)
    branch = Branch.objects.create(organization=rostrud, kpp="", name="Отдел")
    factories.organization(region="66")
    acting = factories.acting(rostrud, branch=branch)
    text = body(factories.sign_in(Client(), acting).get(url(letters.drafted(acting), "sent_message_recipients")))
    assert "Регион филиала не определён" in text
    assert "Поднадзорных организаций нет" not in text


def test_branches_that_are_not_listed_are_counted_and_found(
    client: Client, inspector: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "BRANCHES_LISTED", 2)
    employer = factories.organization(short_name="АО «Сеть»")
    for number in range(5):
        Branch.objects.create(organization=employer, kpp=f"77020200{number}", name=f"Филиал {number}")
    draft = letters.drafted(inspector)
    address = url(draft, "sent_message_recipients")
    text = body(client.get(address, {"q": "Сеть"}))
    assert ("Филиал 0" in text, "Филиал 4" in text) == (True, False)
    assert "Показано филиалов: 2, ещё 3." in text
    text = body(client.get(address, {"q": "Филиал 4"}))
    assert "Филиал 4" in text
    shown = text.rsplit("<table", 1)[1]
    assert shown.index("Филиал 4") < shown.index("Филиал 0"), "those that were looked for come first"
    assert "Показано филиалов" not in body(client.get(address, {"q": factories.organization().inn}))


def test_the_sending_is_seen(client: Client, inspector: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 0)
    draft = letters.drafted(inspector, factories.organization())
    client.post(url(draft, "sent_message_send"), {"version": draft.version})
    text = body(client.get(url(draft)))
    assert "Записываем получателей" in text
    assert "every 2s" in text
    assert client.get(url(draft, "sent_message_status"))["Location"] == url(draft)
    letters.work(draft)
    part = body(client.get(url(draft, "sent_message_status"), headers={"HX-Request": "true"}))
    assert "every 2s" not in part
    assert "получатель" in part


def test_the_card_is_filtered(client: Client, inspector: Acting) -> None:
    employers = [factories.acting(factories.organization(short_name=f"ООО «{n}»")) for n in ("Альфа", "Бета", "Гамма")]
    day = add_workdays(selectors.today(), 5)
    message = letters.sent(inspector, *(each.organization for each in employers), answer_by=day)
    alpha, beta, gamma = Recipient.objects.filter(message=message).order_by("name")
    actions.mark_read(alpha, acting=employers[0])
    letters.answered(beta, employers[1])
    actions.close(gamma, acting=inspector)
    for query, names in [
        ({}, "Альфа Бета Гамма"),
        ({"state": "unread"}, "Гамма"),
        ({"state": "read"}, "Альфа Бета"),
        ({"state": "awaited"}, "Альфа"),
        ({"state": "overdue"}, ""),
        ({"state": "answered"}, "Бета"),
        ({"state": "closed"}, "Гамма"),
        ({"q": "альфа"}, "Альфа"),
        ({"q": employers[1].organization.inn}, "Бета"),
    ]:
        text = body(client.get(url(message), query))
        assert " ".join(name for name in ("Альфа", "Бета", "Гамма") if f"«{name}»</a>" in text) == names, query
    figures = selectors.figures([message])[message.pk]
    assert (figures.recipients, figures.read, figures.answered, figures.awaited, figures.to_look_at) == (3, 2, 1, 1, 1)
    text = body(client.get(LIST, {"answers": "1"}))
    assert message.subject in text
    assert "1 ответ ждёт вас" in text


def test_the_conversation(client: Client, inspector: Acting) -> None:
    employer = factories.acting()
    message = letters.sent(inspector, employer.organization)
    recipient = letters.one(message)
    letters.answered(recipient, employer, "Наш ответ")
    address = url(message, "sent_thread", recipient.uid)
    text = body(client.get(address))
    for words in ("Наш ответ", employer.user.short_name, "Закрыть переписку"):
        assert words in text, words
    once = str(uuid.uuid4())
    day = add_workdays(selectors.today(), 5)
    for _ in range(2):
        form = {"text": "Уточните адрес", "once": once, "answer_by": f"{day:%Y-%m-%d}"}
        assert client.post(address, form).status_code == 303
    assert Reply.objects.filter(text="Уточните адрес").count() == 1
    assert client.post(address, {"text": "", "once": once}).status_code == 422
    late = client.post(address, {"text": "Ещё", "once": str(uuid.uuid4()), "answer_by": "2020-01-10"})
    assert (late.status_code, "позже сегодняшнего дня" in body(late)) == (422, True)
    closing = url(message, "sent_thread_close", recipient.uid)
    client.post(closing)
    assert "уже закрыта" in body(client.post(closing, follow=True))
    assert client.post(address, {"text": "Ещё", "once": str(uuid.uuid4())}).status_code == 409
    client.post(closing, {"do": "reopen"})
    recipient.refresh_from_db()
    assert recipient.state == ThreadState.ASKED


def test_a_draft_thrown_away_twice(client: Client, inspector: Acting) -> None:
    draft = letters.drafted(inspector)
    address = url(draft, "sent_message_discard")
    assert "Черновик удалён." in body(client.post(address, follow=True))
    answer = client.post(address, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "Черновик уже удалён." in body(answer)
    for other in (letters.inspector(), factories.acting(inspector.organization, rights=["inspect.view_flags"])):
        assert factories.sign_in(Client(), other).post(address).status_code in {403, 404}
    assert client.get(url(draft)).status_code == 404


def test_withdrawing(client: Client, inspector: Acting) -> None:
    message = letters.sent(inspector, factories.organization())
    assert "Назовите причину" in body(client.post(url(message, "sent_message_withdraw"), {"reason": " "}, follow=True))
    client.post(url(message, "sent_message_withdraw"), {"reason": "Направлено по ошибке"})
    text = body(client.post(url(message, "sent_message_withdraw"), {"reason": "Ещё раз"}, follow=True))
    assert "уже отозвано" in text
    assert "Направлено по ошибке" in text
    assert "Отозвать сообщение</" not in text


def test_correcting(client: Client, inspector: Acting) -> None:
    message = letters.sent(inspector, factories.organization())
    client.post(url(message, "sent_message_correct"))
    draft = Message.objects.get(corrects=message)
    assert "Уточняет сообщение" in body(client.get(url(draft, "sent_message_edit")))
    assert "Есть уточнение" in body(client.get(url(message)))


def test_nothing_yet(client: Client) -> None:
    assert "Сообщений пока нет" in body(client.get(LIST))
    assert "Ничего не найдено" in body(client.get(LIST, {"q": "нет такого"}))


def test_pages_cost_little(client: Client, inspector: Acting) -> None:
    for _ in range(30):
        employer = factories.organization()
        Branch.objects.create(organization=employer, kpp="770202002", name="Филиал")
        factories.report(employer)
    draft = letters.drafted(inspector, *Organization.objects.supervised_by(inspector)[:15])
    letters.drafted(inspector)
    costs = {}
    for name in ("sent_message_edit", "sent_message_recipients", "sent_message_send"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(draft, name)).status_code == 200
        costs[name] = letters.asked(queries)
    assert max(costs.values()) <= MOST_QUERIES, costs
