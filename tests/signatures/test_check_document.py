"""«Проверить документ», by anybody who holds a document and its signature."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.files.models import StoredFile
from core.files.storing import open_file
from core.jobs.models import Job, State
from core.jobs.tasks import run_job, sweep_staging
from signatures import actions
from signatures.checking import forms, job, judging
from signatures.checking.answer import ADVICE, SOUND
from signatures.cms import document as document_module
from signatures.models import DocumentCheck
from signatures.verdicts import Verdict
from simulators.demo_ca import sign
from tests import factories
from tests.signatures.accepting import accept_signature
from tests.signatures.conftest import DOCUMENT, HEAD, issued
from tests.signatures.crafting import head_revoked

pytestmark = pytest.mark.django_db
ADDRESS = "/signatures/check/"
PIECE = 1000
LARGE = b"<Protocol>" + b"0123456789abcdef" * 300 + b"</Protocol>"


@pytest.fixture(autouse=True)
def _no_limit(settings):
    settings.ACCOUNT_RATE_LIMITS = {}


@pytest.fixture
def slow(monkeypatch, settings):
    """No library does Streebog quickly, and what is large for a page is small for a test."""
    settings.JOB_HEARTBEAT_SECONDS = 60  # its own connection does not see this transaction
    monkeypatch.setattr(judging, "fast_backend", lambda: None)
    monkeypatch.setattr(judging, "AT_ONCE", PIECE)
    monkeypatch.setattr(document_module, "PIECE", PIECE)


def posted(signature=None, document=None, client=None, name="протокол.xml", **more):
    sent = {}
    if document is not None:
        sent["document"] = SimpleUploadedFile(name, document)
    if signature is not None:
        sent["signature"] = SimpleUploadedFile("протокол.xml.sig", signature)
    return (client or Client()).post(ADDRESS, sent, **more)


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def said(*args, **more):
    answer = posted(*args, **more)
    assert answer.status_code == 200
    return text_of(answer)


# ---- what it says


def test_a_good_signature(trusted):
    page = said(sign(DOCUMENT, trusted.signer), DOCUMENT)
    for words in (
        "Подпись верна",
        "Иванов Пётр Сергеевич",
        HEAD["innle"],
        HEAD["ogrn"],
        "ООО «Ромашка»",
        "протокол.xml",
    ):
        assert words in page, words
    assert "Демонстрационный УЦ" in page
    assert HEAD["snils"] not in page
    assert HEAD["inn"] not in page, "his own ИНН is nobody's business"
    assert "Принята здесь" not in page
    assert "не является сертифицированным средством" in page


def test_an_attached_signature_needs_no_document(trusted):
    attached = sign(DOCUMENT, trusted.signer, attached=True)
    assert "Подпись верна" in said(attached)
    assert "Подпись верна" in said(attached, DOCUMENT)
    other = said(attached, b"another")
    assert "Подпись не подтверждена" in other
    assert "Файл подписи содержит другой документ." in other


@pytest.mark.parametrize("document", [DOCUMENT.replace(b"7", b"8"), b"another", DOCUMENT + b"\n"])
def test_a_changed_document(trusted, document):
    page = said(sign(DOCUMENT, trusted.signer), document)
    assert "Подпись не подтверждена" in page
    assert "документ изменён после подписания" in page
    assert "Подпись верна" not in page


def test_several_signers_are_several_answers(trusted):
    other = trusted.issue(surname="Петров", snils="08765430300")
    page = said(sign(DOCUMENT, trusted.signer, trusted.authority.signer(other)), DOCUMENT)
    assert "Подпись 1 из 2" in page
    assert page.count("Подпись верна") == 2
    assert "Петров" in page


def test_a_signature_whose_certificate_ran_out_since(trusted):
    signature = sign(DOCUMENT, trusted.signer)
    with time_machine.travel(timezone.now() + timedelta(days=3 * 365)):
        page = said(signature, DOCUMENT)
    assert "сертификат сейчас не подтверждается" in page
    assert "Срок действия сертификата истёк" in page
    assert "Так написано в сертификате. Кабинет этого не подтверждает." in page


def test_a_signature_that_was_accepted_here_before_it_was_revoked(trusted, head):
    signature = sign(DOCUMENT, trusted.signer)
    row = accept_signature(signature=signature, document=DOCUMENT, name="Тайное имя", purpose="p", acting=head)
    accepted = (
        f"Принята здесь {timezone.localtime(row.moment):%d.%m.%Y} в {timezone.localtime(row.moment):%H:%M} (МСК), тогда"
    )
    page = said(signature, DOCUMENT)
    assert accepted in page
    assert "Тайное имя" not in page
    assert "notice-careful" not in page
    later = timezone.now() + timedelta(hours=1)
    with time_machine.travel(later + timedelta(minutes=1)):
        actions.import_crl(head_revoked(trusted, later))
        page = said(signature, DOCUMENT)
        assert "Сертификат отозван" in page
        assert accepted in page
        fresh = said(sign(DOCUMENT, trusted.signer), DOCUMENT)
        assert "доверять нельзя" in fresh
        assert "Принята здесь" not in fresh


def test_a_signature_that_was_accepted_here_twenty_years_ago(trusted, head):
    """Its whole chain has run out: today nobody vouches for the name, but the cabinet did then."""
    signature = sign(DOCUMENT, trusted.signer)
    accept_signature(signature=signature, document=DOCUMENT, name="n", purpose="p", acting=head)
    with time_machine.travel(timezone.now() + timedelta(days=20 * 365)):
        page = said(signature, DOCUMENT)
    assert "Принята здесь" in page
    assert "сертификат сейчас не подтверждается" in page
    assert "мог сделать кто угодно" not in page
    assert "Кабинет этого не подтверждает" not in page


def test_an_accepted_signature_under_another_document_is_not_said_to_be_accepted(trusted, head):
    signature = sign(DOCUMENT, trusted.signer)
    accept_signature(signature=signature, document=DOCUMENT, name="n", purpose="p", acting=head)
    assert "Принята здесь" not in said(signature, b"another")


def test_an_unknown_authority(demo):
    page = said(sign(DOCUMENT, demo.signer), DOCUMENT)
    assert "доверять нельзя" in page
    assert "такой сертификат мог сделать кто угодно" in page


def test_the_demo_authority_counts_in_development_only(trusted, settings):
    settings.LKOT_DEMO_SIGNER = False
    assert "доверять нельзя" in said(sign(DOCUMENT, trusted.signer), DOCUMENT)


def test_a_certificate_that_is_not_qualified(trusted):
    signer = issued(trusted, qualified=False)
    assert "не является квалифицированным" in said(sign(DOCUMENT, signer), DOCUMENT)


def test_every_verdict_has_a_tone():
    assert set(Verdict) > SOUND
    assert set(ADVICE) <= set(Verdict)


# ---- what is refused


@pytest.mark.parametrize(
    ("signature", "document", "words"),
    [
        (None, DOCUMENT, "Выберите файл подписи."),
        (None, None, "Выберите файл подписи."),
        (b"", DOCUMENT, "Файл подписи пуст."),
        (b"no signature", None, "не является электронной подписью"),
    ],
)
def test_what_cannot_be_judged_is_said_at_the_field(signature, document, words):
    answer = posted(signature, document)
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_a_document_of_no_bytes(trusted):
    answer = posted(sign(b"", trusted.signer), b"")
    assert answer.status_code == 422
    assert "Документ пуст" in text_of(answer)


def test_a_detached_signature_without_its_document(trusted):
    answer = posted(sign(DOCUMENT, trusted.signer))
    assert answer.status_code == 422
    assert forms.NO_DOCUMENT in text_of(answer)


def test_files_that_changed_places(trusted):
    answer = posted(DOCUMENT, sign(DOCUMENT, trusted.signer))
    assert answer.status_code == 422
    assert forms.SWAPPED in text_of(answer)


HOSTILE = [
    b"0",
    b"0\x80",
    b"\x30\x84\xff\xff\xff\xff",
    b"\x30\x82\x00\x10" + b"\x06" * 16,
    b"-----BEGIN CMS-----\n\n-----END CMS-----",
    b"MIIB",
    b"\xff" * 1000,
    "подпись".encode(),
    b"\x30\x80" * 5000,
]


@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_files_are_answers_and_no_errors(content):
    assert posted(content, DOCUMENT).status_code in {200, 422}
    assert posted(content).status_code == 422


def test_mutations_of_a_good_signature_are_never_right_nor_errors(trusted):
    good = sign(DOCUMENT, trusted.signer, attached=True)
    for at in range(0, len(good), max(1, len(good) // 25)):
        bad = bytearray(good)
        bad[at] ^= 0xFF
        for document in (None, DOCUMENT):
            answer = posted(bytes(bad), document)
            assert answer.status_code in {200, 422}
            assert "Подпись верна" not in answer.content.decode()


def test_too_much_is_refused_unread(trusted, monkeypatch):
    answer = Client().post(
        ADDRESS, data=b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(200 * 1024 * 1024)
    )
    assert answer.status_code == 413
    assert "больше 50 МБ" in text_of(answer)
    monkeypatch.setattr(forms, "BOTH", 1000)
    assert posted(b"\x30" * 2000, DOCUMENT).status_code == 413
    monkeypatch.setattr(forms, "BOTH", 10**9)
    monkeypatch.setattr(forms, "LARGEST_DOCUMENT", 10)
    assert forms.TOO_LARGE in text_of(posted(sign(DOCUMENT, trusted.signer), DOCUMENT))
    monkeypatch.setattr(forms, "LARGEST_FILE", 10)
    assert forms.SIGNATURE_TOO_LARGE in text_of(posted(sign(DOCUMENT, trusted.signer), DOCUMENT))


def test_the_token_of_the_form_is_asked_for(trusted):
    client = Client(enforce_csrf_checks=True)
    assert posted(sign(DOCUMENT, trusted.signer), DOCUMENT, client=client).status_code == 403


def test_an_address_has_a_limit(settings, trusted):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"signature_check": "2/m/ip"}
    signature = sign(DOCUMENT, trusted.signer)
    assert [posted(signature, DOCUMENT).status_code for _ in range(3)] == [200, 200, 429]
    assert "Слишком много проверок" in text_of(posted(signature, DOCUMENT))
    assert Client().get(ADDRESS).status_code == 200
    cache.clear()


# ---- the page


def test_everybody_finds_the_page(trusted):
    for client in (Client(), factories.sign_in(Client(), factories.acting())):
        assert "Проверить документ" in client.get(ADDRESS).content.decode()
        assert ADDRESS in client.get(reverse("accounts:start")).content.decode()


def test_nothing_of_a_small_upload_is_kept(trusted):
    before = StoredFile.objects.count()
    said(sign(DOCUMENT, trusted.signer), DOCUMENT)
    assert (StoredFile.objects.count(), DocumentCheck.objects.count()) == (before, 0)


# ---- a document too large for a page


@pytest.fixture
def large(trusted, slow):
    """The browser that uploaded a large document, the address of its answer, and its job."""
    client = Client()
    answer = posted(sign(LARGE, trusted.signer), LARGE, client=client)
    assert answer.status_code == 303
    check = DocumentCheck.objects.get()
    assert answer["Location"] == reverse("signatures:check_result", args=[check.uid])
    return client, answer["Location"], Job.objects.of(check).get()


def part(client, address):
    return client.get(address, headers={"HX-Request": "true"})


def test_a_large_document_goes_to_a_worker(large):
    client, address, queued = large
    page = text_of(client.get(address))
    assert "Ждём очереди" in page
    assert 'hx-trigger="every 1s"' in page
    Job.objects.filter(pk=queued.pk).update(state=State.RUNNING, done=PIECE, total=2 * PIECE)
    assert "50 %" in text_of(part(client, address))
    Job.objects.filter(pk=queued.pk).update(state=State.QUEUED)
    run_job(str(queued.pk))
    page = text_of(part(client, address))
    assert "Подпись верна" in page
    assert "Проверка закончена." in page
    assert "hx-trigger" not in page
    assert "Подпись верна" in text_of(client.get(address)), "without JavaScript too"
    assert HEAD["snils"] not in str(DocumentCheck.objects.get().result)


def test_the_files_go_as_soon_as_they_are_judged(large, django_capture_on_commit_callbacks):
    _, _, queued = large
    check = DocumentCheck.objects.select_related("document", "signature").get()
    with django_capture_on_commit_callbacks(execute=True):
        run_job(str(queued.pk))
    for uid in (check.document_id, check.signature_id):
        row = StoredFile.objects.get(pk=uid)
        assert row.dropped_at is not None
        with pytest.raises(FileNotFoundError):
            open_file(row)


def test_the_progress_is_the_bytes_that_are_read(large, monkeypatch):
    _, _, queued = large
    told = []
    from core.jobs.run import Run

    monkeypatch.setattr(Run, "progress", lambda self, done, total=None, step=None: told.append((done, total)))
    run_job(str(queued.pk))
    assert told[0] == (0, len(LARGE))
    assert told[-1] == (len(LARGE), len(LARGE))
    assert len(told) == 1 + -(-len(LARGE) // PIECE)


def test_a_job_killed_in_the_middle_begins_anew_and_ends_once(large, monkeypatch):
    client, address, queued = large

    class Killed(BaseException):
        """No `except` of ours sees it, as none sees a signal."""

    real = job.judge_upload

    def dies(signature, document, progress):
        progress(PIECE)
        raise Killed

    monkeypatch.setattr(job, "judge_upload", dies)
    with pytest.raises(Killed):
        run_job(str(queued.pk))
    queued.refresh_from_db()
    assert (queued.state, queued.attempt) == (State.RUNNING, 1)
    assert "Считаем" in text_of(client.get(address)) or "Ждём" in text_of(client.get(address))
    run_job(str(queued.pk))
    queued.refresh_from_db()
    assert queued.attempt == 1, "a live lease is not taken"
    monkeypatch.setattr(job, "judge_upload", real)
    Job.objects.filter(pk=queued.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    run_job(str(queued.pk))
    run_job(str(queued.pk))
    queued.refresh_from_db()
    assert (queued.state, queued.attempt) == (State.DONE, 2)
    assert "Подпись верна" in text_of(client.get(address))


def test_the_answer_opens_in_the_browser_that_uploaded_alone(large):
    client, address, queued = large
    run_job(str(queued.pk))
    assert Client().get(address).status_code == 404
    forged = Client()
    forged.cookies["lkot_check"] = "forged:signature"
    assert forged.get(address).status_code == 404
    assert client.get(reverse("signatures:check_result", args=[uuid.uuid4()])).status_code == 404


def test_another_upload_of_the_same_browser_leaves_the_first_readable(large, trusted):
    client, address, _ = large
    answer = posted(sign(LARGE + b" ", trusted.signer), LARGE + b" ", client=client)
    assert client.get(address).status_code == 200
    assert client.get(answer["Location"]).status_code == 200


def test_who_was_signed_in_must_still_be(trusted, slow):
    client = factories.sign_in(Client(), factories.acting())
    address = posted(sign(LARGE, trusted.signer), LARGE, client=client)["Location"]
    assert client.get(address).status_code == 200
    client.get(reverse("accounts:start"))
    cookie = client.cookies["lkot_check"].value
    for other in (Client(), factories.sign_in(Client(), factories.acting())):
        other.cookies["lkot_check"] = cookie
        assert other.get(address).status_code == 404


def test_an_hour_later_nothing_is_left(large):
    client, address, queued = large
    run_job(str(queued.pk))
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert client.get(address).status_code == 404
        sweep_staging()
    assert not DocumentCheck.objects.exists()


def test_an_upload_that_waited_too_long_is_told_so(large):
    client, address, queued = large
    StoredFile.objects.update(dropped_at=timezone.now())
    run_job(str(queued.pk))
    queued.refresh_from_db()
    assert queued.state == State.FAILED
    page = text_of(part(client, address))
    assert "Проверить не удалось" in page
    assert "Загрузить ещё раз" in page


def test_a_job_without_its_row_ends(large):
    _, _, queued = large
    DocumentCheck.objects.all().delete()
    run_job(str(queued.pk))
    queued.refresh_from_db()
    assert queued.state == State.FAILED


def test_a_large_attached_signature_goes_to_a_worker_too(trusted, slow):
    client = Client()
    answer = posted(sign(LARGE, trusted.signer, attached=True), client=client)
    assert answer.status_code == 303
    assert DocumentCheck.objects.get().document is None
    run_job(str(Job.objects.get(kind=job.KIND).pk))
    assert "Подпись верна" in text_of(client.get(answer["Location"]))


def test_only_so_many_wait_at_once(trusted, slow, monkeypatch):
    monkeypatch.setattr(job, "WAITING_MAX", 1)
    signature = sign(LARGE, trusted.signer)
    assert posted(signature, LARGE).status_code == 303
    before = StoredFile.objects.count()
    answer = posted(signature, LARGE)
    assert answer.status_code == 422
    assert forms.BUSY in text_of(answer)
    assert StoredFile.objects.count() == before


def test_an_address_has_a_limit_of_large_documents(trusted, slow, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"signature_check_large": "1/h/ip"}
    signature = sign(LARGE, trusted.signer)
    assert posted(signature, LARGE).status_code == 303
    answer = posted(signature, LARGE)
    assert answer.status_code == 422
    assert "Слишком много больших документов с вашего адреса. Подождите час и повторите." in text_of(answer)
    cache.clear()


def test_with_a_fast_library_a_large_document_is_judged_at_once(trusted, monkeypatch):
    monkeypatch.setattr(judging, "fast_backend", object)
    monkeypatch.setattr(judging, "AT_ONCE", PIECE)
    assert "Подпись верна" in said(sign(LARGE, trusted.signer), LARGE)


def test_a_large_other_document_is_found_by_the_worker_too(trusted, slow):
    client = Client()
    answer = posted(sign(LARGE, trusted.signer), LARGE.replace(b"Protocol", b"Protokol"), client=client)
    run_job(str(Job.objects.get(kind=job.KIND).pk))
    assert "Подпись не подтверждена" in text_of(client.get(answer["Location"]))


def test_what_asks_for_no_slow_digest_takes_no_worker(trusted, slow):
    """Neither a file that is no signature, nor another document in an attached one: there is nothing to hash."""
    assert posted(b"no signature", LARGE).status_code == 200
    attached = sign(DOCUMENT, trusted.signer, attached=True)
    assert "Файл подписи содержит другой документ." in said(attached, LARGE)
    assert not DocumentCheck.objects.exists()
