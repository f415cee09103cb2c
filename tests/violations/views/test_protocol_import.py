"""Import in pages: the draft, its notes, the refusal row by row."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from tests import factories
from tests.violations import control
from tests.violations.protocols.test_importing import file_of, place
from violations.protocols.models import CommissionProtocol

pytestmark = pytest.mark.django_db
URL = reverse("violations:protocol_import")


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def test_a_good_file_becomes_a_draft(employer: Organization, client: Client) -> None:
    report = control.employer_report(employer)
    factories.workplace(report, number=1, position="Кассир", subunit="Зал")
    stream = file_of(employer, place(report.number, "1", "11"))
    answer = client.post(URL, {"file": SimpleUploadedFile("протокол.xml", stream.read())}, follow=True)
    assert "Из файла создан черновик протокола № 7" in answer.content.decode()


def test_notes_are_listed_in_the_draft(employer: Organization, client: Client) -> None:
    report = control.employer_report(employer)
    for number in (1, 2):
        factories.workplace(report, number=number, position="Кассир", subunit="Зал")
    stream = file_of(employer, place(report.number, "1", "11"), place(report.number, "2", "11"), members="<Members/>")
    text = client.post(URL, {"file": SimpleUploadedFile("p.xml", stream.read())}, follow=True).content.decode()
    for words in ("Замечания к файлу при импорте", "PKR-DUP", "PKR-COMMITTEE", "p.xml"):
        assert words in text, words


def test_a_bad_file_is_told_row_by_row(employer: Organization, client: Client) -> None:
    stream = file_of(employer, place("5", "1", "11"), place("6", "2", "12"))
    answer = client.post(URL, {"file": SimpleUploadedFile("p.xml", stream.read())})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Файл не принят, черновик не создан" in text
    assert text.count("PKR-REPORT") == 2
    assert "Место 2" in text
    assert not CommissionProtocol.objects.exists()


@pytest.mark.parametrize("content", [b"", b"<a>", BytesIO(b"\x00" * 100).read()])
def test_no_xml(content: bytes, client: Client) -> None:
    assert client.post(URL, {"file": SimpleUploadedFile("p.xml", content)}).status_code == 422
    assert client.post(URL, {}).status_code == 422
