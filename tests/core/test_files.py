"""Files: the same code on a local folder and on S3."""

import uuid
from datetime import timedelta
from io import BytesIO

import boto3
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.http import HttpResponse
from django.test import override_settings
from django.utils import timezone
from django.utils.http import content_disposition_header
from moto import mock_aws

from core.files import open_file, store, tasks
from core.files.models import StoredFile
from core.files.serving import as_attachment
from core.files.storing import bytes_with_transaction
from core.files.tasks import drop_expired, sweep_orphans
from tests import factories

pytestmark = pytest.mark.django_db
S3 = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": "lkot",
            "access_key": "testing",
            "secret_key": "testing",
            "region_name": "us-east-1",
            "file_overwrite": False,
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@pytest.fixture(params=["folder", "s3"])
def storage(request, settings, tmp_path):
    if request.param == "folder":
        settings.STORAGES = settings.STORAGES | {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
        }
        yield "folder"
        return
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="lkot")
        with override_settings(STORAGES=S3):
            storages.__dict__.pop("backends", None)
            yield "s3"


def test_what_was_stored_comes_back(storage):
    acting = factories.acting()
    row = store(BytesIO(b"content" * 1000), name="отчёт № 1.xml", actor=acting, purpose="probe")
    assert row.size == 7000
    assert row.name == "отчёт № 1.xml"
    assert row.organization == acting.organization
    assert len(row.sha256) == 64
    with open_file(row) as stream:
        assert stream.read() == b"content" * 1000
        stream.seek(0)
        assert stream.read(7) == b"content"


def test_names_on_the_storage_say_nothing(storage):
    row = store(BytesIO(b"x"), name="../../etc/passwd", actor=factories.acting(), purpose="probe")
    assert row.uid.hex in row.storage_name
    assert "passwd" not in row.storage_name


def test_expired_files_are_dropped_once(storage):
    acting = factories.acting()
    past = timezone.now() - timedelta(seconds=1)
    gone = store(BytesIO(b"x"), name="a", actor=acting, purpose="probe", expires_at=past)
    kept = store(BytesIO(b"y"), name="b", actor=acting, purpose="probe", expires_at=timezone.now() + timedelta(days=1))
    assert drop_expired() == 1
    assert drop_expired() == 0
    with pytest.raises(FileNotFoundError):
        open_file(StoredFile.objects.get(pk=gone.pk))
    with open_file(kept) as stream:
        assert stream.read() == b"y"


def bytes_of(row: StoredFile) -> bool:
    return default_storage.exists(row.storage_name)


def expired(**fields) -> StoredFile:
    past = timezone.now() - timedelta(hours=1)
    return store(BytesIO(b"x"), name="a", actor=None, purpose="probe", expires_at=past, **fields)


def test_one_file_that_cannot_be_dropped_keeps_no_other(storage, monkeypatch, caplog):
    first, second = expired(), expired()
    delete = default_storage.delete

    def refuse(name: str) -> None:
        if name == first.storage_name:
            raise OSError("the disk says no")
        delete(name)

    monkeypatch.setattr(default_storage, "delete", refuse)
    assert drop_expired() == 1
    assert not bytes_of(second)
    first.refresh_from_db()
    assert first.dropped_at is None, "a row never says that bytes are gone which are there"
    assert str(first.pk) in caplog.text
    monkeypatch.undo()


def test_a_drop_that_was_killed_half_way_is_finished(storage):
    row = expired()
    default_storage.delete(row.storage_name)
    assert drop_expired() == 1
    row.refresh_from_db()
    assert row.dropped_at is not None


def test_a_file_kept_for_longer_meanwhile_is_not_dropped(storage):
    row = expired()
    later = timezone.now() + timedelta(days=1)
    due = tasks._expired().values_list("pk", flat=True)
    assert list(due) == [row.pk]
    StoredFile.objects.filter(pk=row.pk).update(expires_at=later)
    assert not tasks.drop_if_expired(row.pk)
    assert bytes_of(row)


def store_and_fail(error: BaseException, stored: list[StoredFile]) -> None:
    with bytes_with_transaction() as kept, transaction.atomic():
        kept.append(store(BytesIO(b"x"), name="a", actor=None, purpose="probe"))
        stored.extend(kept)
        raise error


@pytest.mark.parametrize("error", [ValueError, IntegrityError, KeyboardInterrupt])
def test_bytes_go_with_the_transaction_that_failed(storage, error):
    stored: list[StoredFile] = []
    with pytest.raises(error):
        store_and_fail(error(), stored)
    assert not bytes_of(stored[0])
    assert not StoredFile.objects.exists()


def test_bytes_stay_where_the_commit_may_have_arrived(storage):
    stored: list[StoredFile] = []
    with pytest.raises(OperationalError):
        store_and_fail(OperationalError("server closed the connection"), stored)
    assert bytes_of(stored[0])


def test_a_row_that_cannot_be_written_leaves_no_bytes(storage, monkeypatch):
    saved = []
    save = default_storage.save
    monkeypatch.setattr(default_storage, "save", lambda name, content: saved.append(name) or save(name, content))
    with pytest.raises(DataError):
        store(BytesIO(b"x"), name="a", actor=None, purpose="p" * 41)
    assert saved
    assert not default_storage.exists(saved[0])


def test_the_sweep_takes_what_nobody_names_after_a_day(storage):
    kept = store(BytesIO(b"x"), name="a", actor=None, purpose="probe")
    dropped = store(BytesIO(b"x"), name="b", actor=None, purpose="probe")
    StoredFile.objects.filter(pk=dropped.pk).update(dropped_at=timezone.now())
    orphan = StoredFile(uid=uuid.uuid4()).storage_name
    foreign = ["notes.txt", f"{orphan[:5]}/README", "zz/zz/" + "z" * 32, f"00/00/{'f' * 32}"]
    for name in [orphan, *foreign]:
        default_storage.save(name, ContentFile(b"x"))
    assert sweep_orphans() == 0, "its row may still be on its way"
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        assert sweep_orphans() == 2
        assert sweep_orphans() == 0
    assert not default_storage.exists(orphan)
    assert not bytes_of(dropped)
    assert bytes_of(kept)
    assert all(default_storage.exists(name) for name in foreign)


def test_the_sweep_is_bounded_and_comes_everywhere_in_time(storage):
    names = [f"{number:02x}/00/{number:02x}00{'0' * 28}" for number in range(8)]
    for name in names:
        default_storage.save(name, ContentFile(b"x"))
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        swept = [sweep_orphans(seconds=-1) for _ in range(200)]
    assert max(swept) == 1
    assert sum(swept) == len(names)


def test_an_empty_storage_has_nothing_to_sweep(storage):
    assert sweep_orphans() == 0


def test_strangers_see_no_files(storage):
    mine, stranger = factories.acting(), factories.acting()
    row = store(BytesIO(b"x"), name="a", actor=mine, purpose="probe")
    assert row in StoredFile.objects.visible_to(mine)
    assert not StoredFile.objects.visible_to(stranger).exists()
    assert not StoredFile.objects.visible_to(None).exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("МЧД № 1/2026.sig", "МЧД № 1-2026.sig"),
        ("..\\..\\a.zip", "-..-a.zip"),
        ("a\r\nSet-Cookie: b=c.txt", "aSet-Cookie: b=c.txt"),
        ("...", "file"),
    ],
)
def test_a_made_answer_is_a_download_under_its_name(name: str, shown: str) -> None:
    answer = as_attachment(HttpResponse(b""), name)
    assert answer["Content-Disposition"] == content_disposition_header(True, shown)
    assert answer["X-Content-Type-Options"] == "nosniff"
