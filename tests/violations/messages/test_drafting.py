"""Drafts: two tabs, doubled clicks, and files that are not taken."""

from __future__ import annotations

import io

import pytest

from accounts.acting import Acting
from core.files.models import StoredFile
from core.journal.models import Event
from core.versions import Stale
from tests import factories
from tests.violations import letters
from violations.messages import actions, attachments
from violations.messages.actions import FilesRefused, TypedMessage
from violations.messages.attachments import Upload
from violations.messages.models import Attachment

pytestmark = pytest.mark.django_db

FIRST = TypedMessage(subject="Первая тема", text="Первый текст")
SECOND = TypedMessage(subject="Вторая тема", text="Второй текст")


@pytest.fixture
def inspector() -> Acting:
    return letters.inspector()


def test_the_second_tab_is_told(inspector: Acting) -> None:
    draft = actions.new_draft(acting=inspector)
    saved = actions.save_draft(draft, FIRST, version=draft.version, acting=inspector)
    with pytest.raises(Stale) as stale:
        actions.save_draft(draft, SECOND, version=draft.version, acting=inspector)
    assert stale.value.saved.subject == "Первая тема"
    assert actions.save_draft(draft, SECOND, version=saved.version, acting=inspector).subject == "Вторая тема"


def test_a_doubled_click_saves_once_and_disturbs_nobody(inspector: Acting) -> None:
    draft = actions.new_draft(acting=inspector)
    first = actions.save_draft(draft, FIRST, version=draft.version, acting=inspector, files=[letters.upload()])
    again = actions.save_draft(draft, FIRST, version=draft.version, acting=inspector, files=[letters.upload()])
    assert (first.version, again.version) == (2, 2)
    assert Attachment.objects.filter(message=draft).count() == 1
    assert Event.objects.filter(verb="message.saved").count() == 1


def test_saving_nothing_new_raises_no_version(inspector: Acting) -> None:
    draft = actions.new_draft(acting=inspector)
    saved = actions.save_draft(draft, FIRST, version=1, acting=inspector)
    assert actions.save_draft(draft, FIRST, version=saved.version, acting=inspector).version == saved.version


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.exe", b"anything"),
        ("Отчёт.pdf.exe", b"%PDF"),
        ("ОТЧЁТ.EXE", b"x"),
        ("report.exe.", b"x"),
        ("macro.docm", b"PK"),
        ("page.html", b"<html>"),
        ("picture.svg", b"<svg/>"),
        ("script.js", b"alert(1)"),
        ("Ярлык.lnk", b"x"),
        ("Отчёт.pdf", b"MZ\x90\x00 a program by its first bytes"),
        ("Отчёт.docx", b"\x7fELF\x02"),
        ("Отчёт.txt", b"#!/bin/sh\nrm -rf /"),
        ("Отчёт.txt", b"\xef\xbb\xbf#!/bin/sh"),
        ("Отчёт", b"\xca\xfe\xba\xbe"),
        ("\u202efdp.exe", b"x"),
        ("архив.zip", b"PK\x03\x04"),
        ("сценарий.vbscript", b"MsgBox 1"),  # no list of what runs is ever complete
    ],
)
def test_what_runs_is_refused_by_name_and_by_content(inspector: Acting, name: str, content: bytes) -> None:
    draft = actions.new_draft(acting=inspector)
    with pytest.raises(FilesRefused) as refused:
        actions.save_draft(draft, FIRST, version=1, acting=inspector, files=[letters.upload(name, content)])
    said = refused.value.troubles[0]
    assert "такие файлы не принимаются" in said or "содержимое не соответствует расширению" in said
    assert not StoredFile.objects.exists()
    draft.refresh_from_db()
    assert (draft.subject, draft.version) == ("", 1), "nothing is saved with a refused file"


def test_limits_are_told_together(inspector: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "LARGEST_BYTES", 3)
    files = [
        letters.upload("большой.pdf", b"1234"),
        letters.upload("пустой.pdf", b""),
        letters.upload("и" * 250 + ".pdf", b"1"),
    ]
    draft = actions.new_draft(acting=inspector)
    with pytest.raises(FilesRefused) as refused:
        actions.save_draft(draft, FIRST, version=1, acting=inspector, files=files)
    words = " ".join(refused.value.troubles)
    for said in ("«большой.pdf» больше", "«пустой.pdf» пустой", "длиннее 200 знаков"):
        assert said in words


def test_ten_files_and_no_more(inspector: Acting) -> None:
    draft = actions.new_draft(acting=inspector)
    ten = [letters.upload(f"{n}.pdf", f"%PDF-1.7 {n}".encode()) for n in range(10)]
    draft = actions.save_draft(draft, FIRST, version=1, acting=inspector, files=ten)
    eleventh = letters.upload("11.pdf", b"%PDF-1.7 11")
    with pytest.raises(FilesRefused, match="не более 10 файлов, выбрано 11"):
        actions.save_draft(draft, FIRST, version=draft.version, acting=inspector, files=[eleventh])
    one = draft.attachments.first()
    draft = actions.save_draft(
        draft,
        FIRST,
        version=draft.version,
        acting=inspector,
        files=[letters.upload("11.pdf", b"%PDF-1.7 11")],
        without=[one.pk],
    )
    assert draft.attachments.count() == 10
    one.file.refresh_from_db()
    assert one.file.expires_at is not None


def test_a_name_is_only_its_last_part(inspector: Acting) -> None:
    draft = actions.new_draft(acting=inspector)
    upload = Upload(io.BytesIO(b"%PDF-"), "../../etc/Запрос\x07.pdf", 5)
    draft = actions.save_draft(draft, FIRST, version=1, acting=inspector, files=[upload])
    stored = draft.attachments.get().file
    assert (stored.name, stored.organization, stored.purpose) == ("Запрос.pdf", inspector.organization, "message")


def test_another_messages_file_cannot_be_taken_off(inspector: Acting) -> None:
    other = letters.drafted(inspector, files=(letters.upload(),))
    draft = actions.new_draft(acting=inspector)
    actions.save_draft(draft, FIRST, version=1, acting=inspector, without=[other.attachments.get().pk])
    assert other.attachments.count() == 1


def test_a_draft_that_was_begun_and_left_is_begun_once(inspector: Acting) -> None:
    draft = actions.new_draft(acting=inspector)
    assert actions.new_draft(acting=inspector) == draft
    colleague = factories.acting(inspector.organization)
    assert actions.new_draft(acting=colleague) != draft
    actions.save_draft(draft, FIRST, version=1, acting=inspector)
    assert actions.new_draft(acting=inspector) != draft, "it has something to say by now"


def test_a_correction_is_begun_once(inspector: Acting) -> None:
    sent = letters.sent(inspector, factories.organization(), files=(letters.upload(),))
    draft = actions.correct(sent, acting=inspector)
    again = actions.correct(sent, acting=inspector)
    assert again == draft
    assert (again.addressees.count(), again.attachments.count()) == (1, 1)
    assert actions.new_draft(acting=inspector) != draft
    actions.save_draft(draft, FIRST, version=1, acting=inspector)
    assert actions.correct(sent, acting=inspector) != draft
