"""People who act for an employer, and a report with flags."""

from __future__ import annotations

import pytest

from accounts.acting import Acting
from accounts.models import Organization
from signatures.models import TrustedCertificate
from tests import factories
from tests.violations import control


@pytest.fixture
def employer(db: None) -> Organization:
    return factories.organization(address="101000, г. Москва, ул. Пробная, д. 1")


@pytest.fixture
def head(employer: Organization) -> Acting:
    """Acts for the employer with all its rights."""
    return factories.acting(employer)


@pytest.fixture
def trusted(db: None) -> None:
    """The demo CA is on the trust list."""
    control.trust_demo_authority()
    assert TrustedCertificate.objects.exists()
