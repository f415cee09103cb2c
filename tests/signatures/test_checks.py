"""The demo CA cannot be trusted in production settings, by whichever way it came onto the list."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone

from signatures import checks
from signatures.models import TrustedCertificate
from signatures.selectors import trusted_certificates
from simulators.demo_ca.trusting import trust_demo_authority

pytestmark = pytest.mark.django_db
MANUAL = TrustedCertificate.Source.MANUAL


@pytest.fixture
def trusted(demo, settings):
    trust_demo_authority(demo.authority)
    settings.LKOT_DEMO_SIGNER = False


def found():
    return [error.id for error in checks.demo_authority_is_not_trusted(None, databases=["default"])]


@pytest.mark.parametrize("kinds", [["root"], ["intermediate"], ["root", "intermediate"]])
def test_one_that_calls_itself_manual_is_found_by_the_certificate(trusted, kinds):
    TrustedCertificate.objects.exclude(kind__in=kinds).delete()
    TrustedCertificate.objects.update(source=MANUAL)
    assert found() == ["signatures.E002"]


def test_a_renamed_row_hides_nothing(trusted):
    TrustedCertificate.objects.update(source=MANUAL, subject="Головной удостоверяющий центр", issuer="Минцифры России")
    assert found() == ["signatures.E002"]
    assert trusted_certificates(timezone.now()) == ([], []), "and it is trusted by nobody meanwhile"


def test_check_and_migrate_fail(trusted):
    TrustedCertificate.objects.update(source=MANUAL)
    for command, more in (
        (("check", "--deploy", "--database", "default"), {}),
        (("migrate", "--check"), {"skip_checks": False}),
    ):
        with pytest.raises(SystemCheckError, match=r"signatures\.E002"):
            call_command(*command, **more, stdout=StringIO(), stderr=StringIO())


def test_the_command_takes_off_what_the_check_finds(trusted):
    TrustedCertificate.objects.update(source=MANUAL)
    call_command("import_trust", "--remove-demo", stdout=StringIO())
    assert found() == []


def test_what_cannot_be_read_is_no_demo_and_no_error(trusted):
    TrustedCertificate.objects.update(source=MANUAL, der=b"broken")
    assert found() == []


def test_a_list_without_the_demo_is_fine(settings):
    settings.LKOT_DEMO_SIGNER = False
    assert found() == []
