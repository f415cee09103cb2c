"""Files: the same code on a local folder and on S3."""

from datetime import timedelta
from io import BytesIO

import boto3
import pytest
from django.core.files.storage import storages
from django.test import override_settings
from django.utils import timezone
from moto import mock_aws

from core.files import open_file, store
from core.files.models import StoredFile
from core.files.tasks import drop_expired
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


def test_strangers_see_no_files(storage):
    mine, stranger = factories.acting(), factories.acting()
    row = store(BytesIO(b"x"), name="a", actor=mine, purpose="probe")
    assert row in StoredFile.objects.visible_to(mine)
    assert not StoredFile.objects.visible_to(stranger).exists()
    assert not StoredFile.objects.visible_to(None).exists()
