"""The employer's side: the question with its term on the flag's page, the answer with documents, who may and who may not."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Branch, Organization
from accounts.rights import Right
from tests import factories
from tests.violations import control
from violations.flags.models import Flag
from violations.inspection import attaching
from violations.inspection.actions import answer, ask, confirm
from violations.inspection.models import Explanation, ExplanationFile, Question
from violations.inspection.states import Ground, Review

pytestmark = pytest.mark.django_db

ANSWER = Right.PREPARE_PROTOCOLS
TEXT = "Номер рабочего места изменит протокол комиссии."
PDF = b"%PDF-1.7\n" + b"0" * 100


def url(flag: Flag, name: str = "flag_answer") -> str:
    return reverse(f"violations:{name}", args=[flag.pk])


def client_of(acting: Acting, **options: bool) -> Client:
    return factories.sign_in(Client(**options), acting)


def asked(flag: Flag, inspector: Acting) -> Question:
    return ask(flag, text="Поясните, почему номер занят.", days=5, acting=inspector)


def pdf(name: str = "приказ.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_the_question_stands_on_the_flags_page(flag: Flag, inspector: Acting, head: Acting):
    client = client_of(head)
    assert "Отправить пояснение" not in client.get(url(flag, "flag")).content.decode()
    question = asked(flag, inspector)
    text = client.get(url(flag, "flag")).content.decode()
    assert "Инспектор просит пояснение" in text
    assert "Поясните, почему номер занят." in text
    assert f"до {question.due_on:%d.%m.%Y}" in text
    listed = client.get(reverse("violations:flags")).content.decode()
    assert "Инспектор ждёт пояснений" in listed
    assert url(flag, "flag") in listed


def test_an_answer_with_documents(flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    client = client_of(head)
    files = [pdf(), SimpleUploadedFile("записка.txt", "Пояснение".encode())]
    page = client.post(url(flag), {"text": TEXT, "documents": files}, follow=True).content.decode()
    assert "Пояснение отправлено инспектору" in page
    assert TEXT in page
    assert "Отправить пояснение" not in page
    assert [each.file.name for each in ExplanationFile.objects.order_by("pk")] == ["приказ.pdf", "записка.txt"]
    attachment = ExplanationFile.objects.order_by("pk").first()
    address = reverse("violations:attachment", args=[attachment.uid])
    for acting in (head, inspector):
        served = client_of(acting).get(address)
        assert b"".join(served.streaming_content) == PDF
        assert served["Content-Type"] == "application/octet-stream", "never what the sender called it"
        assert served["Content-Disposition"].startswith("attachment")
        assert served["X-Content-Type-Options"] == "nosniff"
    assert "приказ.pdf" in client_of(inspector).get(url(flag, "inspect_flag")).content.decode()


def test_the_sout_organization_sees_the_outcome_only(flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    said = answer(flag, text=TEXT, files=[("приказ.pdf", BytesIO(PDF))], acting=head)
    confirm(flag, ground=Ground.NOT_REFUTED, text="Протокола нет до сих пор.", acting=inspector)
    bringer = client_of(factories.acting(flag.report.organization, rights=[Right.IMPORT_REPORTS]))
    page = bringer.get(url(flag, "flag")).content.decode()
    assert "Пояснения работодателя нарушения не опровергают" in page
    assert "Протокола нет до сих пор." in page
    assert TEXT not in page
    assert "Поясните, почему номер занят." not in page
    assert "приказ.pdf" not in page
    address = reverse("violations:attachment", args=[said.attachments.get().uid])
    assert bringer.get(address).status_code == 403
    assert bringer.post(url(flag), {"text": TEXT}).status_code == 403


def test_another_organizations_attachment_is_an_absent_one(flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    said = answer(flag, text=TEXT, files=[("приказ.pdf", BytesIO(PDF))], acting=head)
    address = reverse("violations:attachment", args=[said.attachments.get().uid])
    absent = reverse("violations:attachment", args=["00000000-0000-4000-8000-000000000000"])
    strangers = [
        factories.acting(),
        factories.acting(factories.inspectorate(region="16")),
        factories.acting(head.organization, branch=_branch(head.organization), rights=[Right.VIEW_FLAGS]),
    ]
    for stranger in strangers:
        client = client_of(stranger)
        foreign, missing = client.get(address), client.get(absent)
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert factories.page_of(foreign) == factories.page_of(missing)


def _branch(employer: Organization, kpp: str = "770909009") -> Branch:
    return Branch.objects.create(organization=employer, kpp=kpp, name=f"Филиал {kpp}", esia_oid=int(kpp))


def test_another_employer_cannot_answer(flag: Flag, inspector: Acting):
    asked(flag, inspector)
    stranger = client_of(factories.acting())
    absent = reverse("violations:flag_answer", args=[999_999_999])
    foreign, missing = stranger.post(url(flag), {"text": TEXT}), stranger.post(absent, {"text": TEXT})
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert factories.page_of(foreign) == factories.page_of(missing)
    flag.refresh_from_db()
    assert flag.review == Review.ASKED


def test_a_branch_answers_for_itself_only(employer: Organization, inspector: Acting):
    own, other = _branch(employer), _branch(employer, "770808008")
    person = client_of(factories.acting(employer, branch=own, rights=[Right.VIEW_FLAGS_BRANCH, ANSWER]))
    _, (whole,) = control.not_unique(employer)
    _, (theirs,) = control.not_unique(employer, branch=other)
    _, (mine,) = control.not_unique(employer, branch=own)
    for each in (whole, theirs, mine):
        asked(each, inspector)
    assert [person.post(url(each), {"text": TEXT}).status_code for each in (whole, theirs, mine)] == [404, 404, 302]
    assert Explanation.objects.get().flag == mine


def test_the_right_for_the_branch_is_no_right_for_the_whole(flag: Flag, inspector: Acting, employer: Organization):
    asked(flag, inspector)
    person = client_of(factories.acting(employer, rights=[Right.VIEW_FLAGS_BRANCH, ANSWER]))
    assert person.post(url(flag), {"text": TEXT}).status_code == 404
    unseeing = client_of(factories.acting(employer, rights=[ANSWER]))
    assert unseeing.post(url(flag), {"text": TEXT}).status_code == 404
    nobody = client_of(factories.acting(employer, rights=[Right.SETTINGS]))
    assert nobody.post(url(flag), {"text": TEXT}).status_code == 403


@pytest.mark.parametrize("rights", [[Right.VIEW_FLAGS], [Right.VIEW_FLAGS, Right.SIGN_PROTOCOLS, Right.VIEW_MESSAGES]])
def test_who_may_only_look_gives_no_official_answer(
    rights: list[Right], flag: Flag, inspector: Acting, employer: Organization, head: Acting
):
    asked(flag, inspector)
    client = client_of(factories.acting(employer, rights=rights))
    page = client.get(url(flag, "flag")).content.decode()
    assert "Поясните, почему номер занят." in page
    assert "Отправить пояснение" not in page
    assert f"нужно право «{ANSWER.label}»" in page
    assert head.user.full_name in page
    refused = client.post(url(flag), {"text": TEXT})
    assert refused.status_code == 403
    assert ANSWER.label in refused.content.decode()
    assert not Explanation.objects.exists()
    assert not Question.objects.exclude(state="open").exists()
    able = client_of(factories.acting(employer, rights=[*rights, ANSWER]))
    assert able.post(url(flag), {"text": TEXT}).status_code == 302
    assert Explanation.objects.get().flag == flag


def test_pressed_twice(flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    client = client_of(head)
    client.post(url(flag), {"text": TEXT})
    page = client.post(url(flag), {"text": TEXT + " Ещё раз."}, follow=True).content.decode()
    assert "уже отправлено инспектору, второе не сохранено" in page
    assert Explanation.objects.count() == 1


def test_after_the_decision(flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    confirm(flag, ground=Ground.REPORT_SHOWS, text="", acting=inspector)
    client = client_of(head)
    page = client.post(url(flag), {"text": TEXT, "documents": [pdf()]}, follow=True).content.decode()
    assert "инспектор уже принял решение" in page
    assert not Explanation.objects.exists()
    assert "Подтверждён инспектором" in page
    assert "Отправить пояснение" not in page


def test_nobody_asked(flag: Flag, head: Acting):
    page = client_of(head).post(url(flag), {"text": TEXT}, follow=True).content.decode()
    assert "инспектор не задавал вопроса" in page
    Flag.objects.filter(pk=flag.pk).update(rule="SOUT-TRM-001")
    page = client_of(head).get(url(flag, "flag")).content.decode()
    assert "Инспектор ещё не задавал вопроса" in page
    client_of(head).post(url(flag), {"text": TEXT})
    assert Explanation.objects.get().question is None


def test_late(flag: Flag, inspector: Acting, head: Acting):
    question = asked(flag, inspector)
    Question.objects.filter(pk=question.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    Flag.objects.filter(pk=flag.pk).update(review=Review.OVERDUE)
    client = client_of(head)
    assert "Срок ответа истёк" in client.get(url(flag, "flag")).content.decode()
    page = client.post(url(flag), {"text": TEXT}, follow=True).content.decode()
    assert "отмечено как поступившее после срока" in page
    assert "Поступило после срока" in client_of(inspector).get(url(flag, "inspect_flag")).content.decode()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("вирус.exe", b"MZ")], "«вирус.exe»: такие файлы не принимаются"),
        ([("страница.html", b"<script>")], "«страница.html»: такие файлы не принимаются"),
        ([("скан.pdf", b"MZ\x90\x00")], "«скан.pdf»: содержимое не соответствует расширению"),
        ([("пустой.pdf", b"")], "«пустой.pdf»: файл пустой"),
        ([("хороший.pdf", PDF), ("вирус.exe", b"MZ")], "«вирус.exe»: такие файлы не принимаются"),
        ([(f"{n}.pdf", PDF) for n in range(11)], "Приложено файлов: 11, можно не больше 10"),
    ],
)
def test_hostile_files(files: list, words: str, flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    sent = [pdf(name, content) for name, content in files]
    answered = client_of(head).post(url(flag), {"text": TEXT, "documents": sent})
    assert answered.status_code == 422
    page = answered.content.decode()
    assert words in page
    assert TEXT in page, "what was typed stays"
    assert not Explanation.objects.exists()
    assert not ExplanationFile.objects.exists()


def test_too_large_is_refused_before_it_is_read(flag: Flag, inspector: Acting, head: Acting, monkeypatch):
    asked(flag, inspector)
    client = client_of(head)
    announced = client.generic(
        "POST", url(flag), b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**9)
    )
    assert announced.status_code == 413
    assert "Файлы вместе больше 30" in announced.content.decode()
    monkeypatch.setattr("violations.views.flag_answer.attaching.ALL_BYTES_MAX", 64 * 1024)
    while_read = client.post(url(flag), {"text": TEXT, "documents": [pdf(content=b"%PDF-" + b"0" * 80_000)]})
    assert while_read.status_code == 413
    assert not Explanation.objects.exists()


def test_hundreds_of_files_are_refused(flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    sent = [pdf(f"{number}.pdf") for number in range(101)]
    answered = client_of(head).post(url(flag), {"text": TEXT, "documents": sent})
    assert answered.status_code == 422
    assert "можно приложить не больше 10" in answered.content.decode()


def test_without_the_token_nothing_is_taken(flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    assert client_of(head, enforce_csrf_checks=True).post(url(flag), {"text": TEXT}).status_code == 403
    assert not Explanation.objects.exists()


@pytest.mark.parametrize("text", ["", "коротко", "я" * 5001])
def test_the_text_has_bounds(text: str, flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    assert client_of(head).post(url(flag), {"text": text}).status_code == 422
    assert not Explanation.objects.exists()


def test_limits_stand_on_the_page(flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    page = client_of(head).get(url(flag, "flag")).content.decode()
    assert f"Не больше {attaching.FILES_MAX} файлов" in page
    assert 'type="file"' in page
    assert "multiple" in page
