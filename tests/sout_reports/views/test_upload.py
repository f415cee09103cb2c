"""«Импорт отчёта СОУТ»: what is taken, what is turned away, and how much of a stranger's body is read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.jobs.models import Job
from core.journal.models import Event
from sout_reports.actions import receive
from sout_reports.models import SoutReport
from sout_reports.states import State
from tests import factories

pytestmark = pytest.mark.django_db
BOUNDARY = "BoUnDaRy"


def address() -> str:
    return reverse("sout_reports:upload")


def a_file(content: bytes = b"<Attestation/>", name: str = "отчёт 2026.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/xml")


class Unread(io.RawIOBase):
    """A request body that must not be touched."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")

    readline = read  # type: ignore[assignment]  # whoever reads is refused


def post_unread(client: Client, length: int = 1000, **headers: str) -> int:
    """Status of a POST whose body fails the test when it is read."""
    environment = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": address(),
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        "CONTENT_LENGTH": str(length),
        "wsgi.input": Unread(),
        **headers,
    }
    return client.request(**environment).status_code


def test_a_file_gets_a_receipt_a_job_and_a_journal_line(bringing, bringer):
    answer = bringing.post(address(), {"file": a_file()})
    report = SoutReport.objects.get()
    assert answer.status_code == 303
    assert answer.url == reverse("sout_reports:receipt", args=[report.uid])
    assert (report.state, report.organization, report.file.name) == (
        State.RECEIVED,
        bringer.organization,
        "отчёт 2026.xml",
    )
    assert Job.objects.of(report).filter(kind="report.check").count() == 1
    assert Event.objects.about(report).get(verb="report.received").actor == bringer.user


def test_the_receipt_as_pdf_is_asked_for_at_once(bringing):
    bringing.post(address(), {"file": a_file()})
    assert Job.objects.filter(kind="pdf.sout_reports.receipt", queue="pdf").count() == 1


def test_an_upload_that_fails_for_any_reason_leaves_no_bytes(bringer, monkeypatch):
    saved = []
    save = default_storage.save
    monkeypatch.setattr(default_storage, "save", lambda name, content: saved.append(name) or save(name, content))

    def fail(*args, **kwargs):
        raise RuntimeError("no job today")

    monkeypatch.setattr("sout_reports.actions.receiving.enqueue", fail)
    with pytest.raises(RuntimeError):
        receive(io.BytesIO(b"<Attestation/>"), name="r.xml", actor=bringer)
    assert not default_storage.exists(saved[0])
    assert not SoutReport.objects.exists()


def test_the_same_bytes_give_the_first_receipt(bringing):
    bringing.post(address(), {"file": a_file()})
    again = bringing.post(address(), {"file": a_file(name="другое имя.xml")})
    report = SoutReport.objects.get()
    assert again.url == reverse("sout_reports:receipt", args=[report.uid]) + "?again=1"
    page = bringing.get(again.url).content.decode()
    assert "Этот файл уже был получен" in page


def test_the_same_bytes_of_another_organization_are_another_report(bringing, around):
    bringing.post(address(), {"file": a_file()})
    around.other_bringer.post(address(), {"file": a_file()})
    assert SoutReport.objects.count() == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [({}, "Выберите файл отчёта"), ({"file": SimpleUploadedFile("empty.xml", b"")}, "Файл пустой")],
    ids=["nothing chosen", "empty"],
)
def test_what_is_no_file_is_told_at_the_field(bringing, sent, said):
    answer = bringing.post(address(), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "<title>Ошибка: " in page
    assert not SoutReport.objects.exists()


def test_an_announced_length_beyond_the_limit_is_refused_unread(bringing, settings):
    settings.SOUT_UPLOAD_MAX_BYTES = 1024 * 1024
    assert post_unread(bringing, length=2 * 1024 * 1024) == 413
    assert not SoutReport.objects.exists()


def test_a_file_beyond_the_limit_is_stopped_and_leaves_nothing(bringing, settings, tmp_path):
    settings.SOUT_UPLOAD_MAX_BYTES = 100_000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    answer = bringing.post(address(), {"file": a_file(b"x" * 130_000)})
    assert answer.status_code == 413
    assert "Файл больше 97,7\xa0КБ и не принят" in answer.content.decode()
    assert not SoutReport.objects.exists()
    assert list(Path(tmp_path).iterdir()) == []


@pytest.mark.parametrize("who", ["nobody", "readers_clerk", "bringers_clerk", "reader"])
def test_nobody_without_the_right_has_his_body_read(around, who):
    assert post_unread(getattr(around, who)) in {302, 403}


def test_another_site_has_its_body_unread(bringer):
    client = factories.sign_in(Client(enforce_csrf_checks=True), bringer)
    assert post_unread(client, HTTP_ORIGIN="https://elsewhere.example") == 403


def test_a_form_without_the_token_takes_nothing(bringer):
    client = factories.sign_in(Client(enforce_csrf_checks=True), bringer)
    assert client.post(address(), {"file": a_file()}).status_code == 403
    assert not SoutReport.objects.exists()


def test_the_token_of_the_page_opens(bringer):
    client = factories.sign_in(Client(enforce_csrf_checks=True), bringer)
    client.get(address())
    token = client.cookies["lkot_csrf"].value
    answer = client.post(address(), {"csrfmiddlewaretoken": token, "file": a_file()})
    assert answer.status_code == 303


def test_the_token_may_come_as_a_header(bringer):
    client = factories.sign_in(Client(enforce_csrf_checks=True), bringer)
    client.get(address())
    token = client.cookies["lkot_csrf"].value
    answer = client.post(address(), {"file": a_file()}, headers={"X-CSRFToken": token})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 302), ("bringer", 200), ("bringers_clerk", 403), ("reader", 403)],
)
def test_the_door(around, who, status):
    answer = getattr(around, who).get(address())
    assert answer.status_code == status
    if status == 403:
        assert "Импорт отчётов СОУТ" in answer.content.decode()


def test_the_page_speaks_of_its_limits(bringing):
    page = bringing.get(address()).content.decode()
    assert "300\xa0МБ" in page
    assert 'enctype="multipart/form-data"' in page
    assert "data-upload" in page


def test_names_from_paths_are_cut(bringing):
    bringing.post(address(), {"file": a_file(name="../../etc/passwd.xml")})
    assert SoutReport.objects.get().file.name == "passwd.xml"


def test_a_refused_file_is_judged_anew(bringing, bringer):
    refused = factories.report(employer=None, by=bringer, state=State.REFUSED)
    bringing.post(address(), {"file": a_file(b"<Attestation/>" + str(refused.number - 1_000_000).encode())})
    assert SoutReport.objects.filter(sha256=refused.sha256).count() == 2
