"""«Сообщения от Роструда»: the list, the page of a message, receipts, answers, files, print."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Branch
from core.calendar import add_workdays
from core.frame import navigation
from core.jobs.models import Job
from tests import factories
from tests.violations import letters
from violations.messages import actions, attachments, selectors
from violations.messages.models import Attachment, Message, Recipient, Reply
from violations.views import message as message_view

pytestmark = pytest.mark.django_db

LIST = reverse("violations:messages")
MOST_QUERIES = 12


@pytest.fixture
def inspector() -> Acting:
    return letters.inspector()


@pytest.fixture
def employer() -> Acting:
    return factories.acting()


def client_of(acting: Acting) -> Client:
    return factories.sign_in(Client(), acting)


def page(acting: Acting, **query: str) -> str:
    return client_of(acting).get(LIST, query).content.decode().replace("\xa0", " ")


def url(recipient: Recipient, name: str = "message") -> str:
    return reverse(f"violations:{name}", args=[recipient.uid])


def posted(acting: Acting, recipient: Recipient, **values: Any) -> Any:
    form = {"text": "Ответ", "once": str(uuid.uuid4())} | values
    return client_of(acting).post(url(recipient, "message_answer"), form)


def menu_count(acting: Acting) -> int:
    (item,) = [
        item
        for section in navigation(acting, "/")
        for item in section["items"]
        if item["label"] == "Сообщения от Роструда"
    ]
    return int(item["count"])


def test_no_messages_is_said(employer: Acting) -> None:
    assert "Сообщений пока нет" in page(employer)
    assert menu_count(employer) == 0


def test_the_list_tells_what_waits(inspector: Acting, employer: Acting) -> None:
    day = add_workdays(selectors.today(), 10)
    letters.sent(
        inspector, employer.organization, subject="О сроках", number="66/7", answer_by=day, files=(letters.upload(),)
    )
    text = page(employer)
    for words in ("О сроках", "№ 66/7", inspector.organization.name, "Не прочитано", "Ждёт ответа", "есть файлы"):
        assert words in text, words
    assert f"{day:%d.%m.%Y}" in text
    assert menu_count(employer) == 1


def test_filters(inspector: Acting, employer: Acting) -> None:
    other = letters.inspector()
    day = add_workdays(selectors.today(), 5)
    first = letters.sent(inspector, employer.organization, subject="Первое письмо", answer_by=day)
    second = letters.sent(other, employer.organization, subject="Второе письмо", text="Про шум и вибрацию.")
    third = letters.sent(inspector, employer.organization, subject="Третье письмо", answer_by=day)
    actions.mark_read(letters.one(second), acting=employer)
    letters.answered(letters.one(third), employer)
    gone = letters.sent(inspector, employer.organization, subject="Четвёртое письмо")
    actions.withdraw(gone, reason="Ошибка", acting=inspector)
    Recipient.objects.filter(message=first).update(answer_by=selectors.today().replace(year=2020))
    year = str(selectors.today().year)
    for query, subjects in [
        ({}, "Первое Второе Третье Четвёртое"),
        ({"state": "unread"}, "Первое"),
        ({"state": "awaiting"}, "Первое"),
        ({"state": "overdue"}, "Первое"),
        ({"state": "answered"}, "Третье"),
        ({"state": "withdrawn"}, "Четвёртое"),
        ({"year": year}, "Первое Второе Третье Четвёртое"),
        ({"year": "1999"}, "Первое Второе Третье Четвёртое"),
        ({"sender": str(other.organization.pk)}, "Второе"),
        ({"q": "вибрацию"}, "Второе"),
        ({"q": "первое письмо"}, "Первое"),
        ({"q": "нет такого"}, ""),
    ]:
        text = page(employer, **query)
        found = [word for word in ("Первое", "Второе", "Третье", "Четвёртое") if f"{word} письмо</a>" in text]
        assert " ".join(found) == subjects, query
    assert "Ничего не найдено" in page(employer, q="нет такого")


def test_opening_is_a_post_and_get_writes_nothing(inspector: Acting, employer: Acting) -> None:
    recipient = letters.one(letters.sent(inspector, employer.organization))
    text = client_of(employer).get(url(recipient)).content.decode()
    assert 'hx-trigger="load, submit"' in text
    assert "Подтвердить прочтение" in text
    recipient.refresh_from_db()
    assert recipient.read_at is None
    answer = client_of(employer).post(url(recipient, "message_read"))
    assert (answer.status_code, answer["Location"]) == (302, url(recipient))
    part = client_of(employer).post(url(recipient, "message_read"), headers={"HX-Request": "true"}).content.decode()
    assert employer.user.short_name in part
    assert "<form" not in part
    assert menu_count(employer) == 0
    assert "Подтвердить прочтение" not in client_of(employer).get(url(recipient)).content.decode()


def test_a_text_is_text(inspector: Acting, employer: Acting) -> None:
    typed = "Первый абзац.\n\nВторой <script>alert(1)</script> & <b>третий</b>"
    recipient = letters.one(letters.sent(inspector, employer.organization, text=typed, subject="<i>Тема</i>"))
    text = client_of(employer).get(url(recipient)).content.decode()
    assert "<p>Первый абзац.</p>" in text
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    assert "<i>Тема" not in text


def test_an_answer_with_files(inspector: Acting, employer: Acting) -> None:
    recipient = letters.one(letters.sent(inspector, employer.organization))
    files = [SimpleUploadedFile("Приказ.pdf", b"%PDF-1.7"), SimpleUploadedFile("План.xlsx", b"PK\x03\x04")]
    once = str(uuid.uuid4())
    for _ in range(2):
        for each in files:
            each.seek(0)
        answer = posted(employer, recipient, text="Направляем.\r\nВсё приложено.", uploads=files, once=once)
        assert (answer.status_code, answer["Location"]) == (303, f"{url(recipient)}#thread")
    assert Reply.objects.get().text == "Направляем.\nВсё приложено."
    text = client_of(employer).get(url(recipient)).content.decode()
    for words in ("Приказ.pdf", "План.xlsx", "Направляем.<br>", "Ответ отправлен"):
        assert words in text, words
    attachment = Attachment.objects.get(file__name="Приказ.pdf")
    answer = client_of(inspector).get(reverse("violations:message_file", args=[attachment.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": "  "}, "Напишите текст ответа"),
        ({"text": "и" * 20_001}, "длиннее 20 000 знаков"),
        ({"once": "не uuid"}, "Введите правильный UUID"),
        ({"uploads": [SimpleUploadedFile("setup.exe", b"MZ")]}, "такие файлы не принимаются"),
        ({"uploads": [SimpleUploadedFile("пусто.pdf", b"")]}, "пустой"),
        ({"uploads": [SimpleUploadedFile(f"{n}.pdf", b"%PDF") for n in range(11)]}, "не более 10 файлов"),
    ],
)
def test_what_is_wrong_stands_at_its_field(inspector: Acting, employer: Acting, values: Any, words: str) -> None:
    recipient = letters.one(letters.sent(inspector, employer.organization))
    answer = posted(employer, recipient, **values)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Reply.objects.exists()


def test_too_much_is_refused_before_it_is_read(
    inspector: Acting, employer: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipient = letters.one(letters.sent(inspector, employer.organization))
    monkeypatch.setattr(message_view, "ALL_BYTES", 1000)
    big = SimpleUploadedFile("big.pdf", b"%" * 200_000)
    assert posted(employer, recipient, uploads=[big]).status_code == 413
    stopped = SimpleUploadedFile("big.pdf", b"%" * 30_000)
    answer = posted(employer, recipient, uploads=[stopped])
    assert answer.status_code == 413
    assert "Файлы вместе больше" in answer.content.decode()
    assert not Reply.objects.exists()


def test_a_hundred_files_are_refused_in_words(inspector: Acting, employer: Acting) -> None:
    """More than Django counts (DATA_UPLOAD_MAX_NUMBER_FILES)."""
    recipient = letters.one(letters.sent(inspector, employer.organization))
    draft = letters.drafted(inspector)
    thread = reverse("violations:sent_thread", args=[recipient.message.uid, recipient.uid])
    for acting, address in [
        (employer, url(recipient, "message_answer")),
        (inspector, thread),
        (inspector, reverse("violations:sent_message_edit", args=[draft.uid])),
    ]:
        many = [SimpleUploadedFile(f"{n}.pdf", b"%PDF") for n in range(101)]
        form = {"text": "Ответ", "once": str(uuid.uuid4()), "version": draft.version, "uploads": many}
        answer = client_of(acting).post(address, form)
        assert answer.status_code == 413, address
        assert "не более 10" in answer.content.decode(), address
    assert not Reply.objects.exists()
    assert not Attachment.objects.exists()


def test_the_token_is_asked_for(inspector: Acting, employer: Acting) -> None:
    recipient = letters.one(letters.sent(inspector, employer.organization))
    client = factories.sign_in(Client(enforce_csrf_checks=True), employer)
    assert (
        client.post(url(recipient, "message_answer"), {"text": "Ответ", "once": str(uuid.uuid4())}).status_code == 403
    )
    assert client.post(url(recipient, "message_read")).status_code == 403


def test_who_may_only_look_does_not_answer(inspector: Acting) -> None:
    """«Только просмотр» gives no word to the state (ADR 11); whose right it takes is said."""
    organization = factories.organization()
    head = factories.acting(organization)
    looker = factories.acting(organization, rights=["control.view_messages"])
    recipient = letters.one(letters.sent(inspector, organization))
    answer = posted(looker, recipient)
    assert answer.status_code == 403
    assert "Формирование протоколов решения комиссий" in answer.content.decode()
    assert not Reply.objects.exists()
    text = client_of(looker).get(url(recipient)).content.decode()
    assert "Написать ответ" not in text
    assert "Вы можете только читать" in text
    assert head.user.full_name in text
    assert client_of(looker).post(url(recipient, "message_read")).status_code == 302, "it is read all the same"
    assert posted(factories.acting(organization, rights=["protocols.prepare"]), recipient).status_code == 404
    both = factories.acting(organization, rights=["control.view_messages", "protocols.prepare"])
    assert posted(both, recipient).status_code == 303


def test_withdrawn_while_the_answer_was_written(inspector: Acting, employer: Acting) -> None:
    message = letters.sent(inspector, employer.organization)
    actions.withdraw(message, reason="Направлено по ошибке.", acting=inspector)
    recipient = letters.one(message)
    answer = posted(employer, recipient)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Ответ не отправлен" in text
    assert "Направлено по ошибке." in text
    assert "Написать ответ" not in text
    assert "Отозвано" in page(employer)


def test_a_branch_answers_for_itself(inspector: Acting) -> None:
    organization = factories.organization()
    branch = Branch.objects.create(organization=organization, kpp="770202002", name="Филиал", esia_oid=81)
    person = factories.acting(organization, branch=branch, rights=["control.view_messages", "protocols.prepare"])
    whole = letters.one(letters.sent(inspector, organization))
    to_branch = letters.one(letters.sent(inspector, branch))
    assert posted(person, to_branch).status_code == 303
    assert posted(person, whole).status_code == 404
    assert client_of(person).post(url(whole, "message_read")).status_code == 404
    assert client_of(factories.acting(organization)).get(url(to_branch)).status_code == 200
    whole.refresh_from_db()
    assert whole.read_at is None


def test_strangers_are_told_what_an_absent_id_is_told(inspector: Acting, employer: Acting) -> None:
    message = letters.sent(inspector, employer.organization, files=(letters.upload(),))
    recipient = letters.one(message)
    stranger = client_of(factories.acting())
    file = reverse("violations:message_file", args=[message.attachments.get().pk])
    absent = (reverse("violations:message", args=[uuid.uuid4()]), reverse("violations:message_file", args=[999_999]))
    bodies = set()
    for address in (url(recipient), file, url(recipient, "message_pdf"), *absent):
        answer = stranger.get(address)
        assert answer.status_code == 404, address
        bodies.add(factories.page_of(answer))
    assert len(bodies) == 1
    draft = letters.drafted(inspector, employer.organization, files=(letters.upload("Тайна.pdf"),))
    hidden = reverse("violations:message_file", args=[draft.attachments.get().pk])
    assert client_of(employer).get(hidden).status_code == 404, "a draft is its sender's alone"


def test_print(inspector: Acting, employer: Acting) -> None:
    recipient = letters.one(letters.sent(inspector, employer.organization, files=(letters.upload(),)))
    letters.answered(recipient, employer)
    client = client_of(employer)
    assert client.get(url(recipient, "message_pdf")).status_code == 200
    client.post(url(recipient, "message_pdf"))
    letters.run(Job.objects.get(kind="pdf.violations.message"))
    answer = client.get(url(recipient, "message_pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert BytesIO(b"".join(answer.streaming_content)).read(5) == b"%PDF-"


def test_a_list_costs_the_same_for_one_and_fifty(inspector: Acting, employer: Acting) -> None:
    def cost(address: str, acting: Acting) -> int:
        client = client_of(acting)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return letters.asked(queries)

    letters.sent(inspector, employer.organization)
    one = cost(LIST, employer)
    for _ in range(30):
        letters.sent(inspector, employer.organization, told=False)
    assert cost(LIST + "?size=100", employer) == one
    recipient = letters.one(Message.objects.order_by("pk")[0])
    letters.answered(recipient, employer, files=[letters.upload()])
    addresses = [
        (LIST, employer),
        (url(recipient), employer),
        (reverse("violations:sent_messages"), inspector),
        (reverse("violations:sent_message", args=[recipient.message.uid]), inspector),
        (reverse("violations:sent_thread", args=[recipient.message.uid, recipient.uid]), inspector),
    ]
    costs = {address: cost(address, acting) for address, acting in addresses}
    assert not {address: n for address, n in costs.items() if n > MOST_QUERIES}, costs


def test_limits_are_those_of_the_words() -> None:
    assert (attachments.MOST_FILES, attachments.LARGEST_BYTES) == (10, 20 * 1024 * 1024)
