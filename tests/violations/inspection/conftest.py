"""An inspector of the employer's region, and one flag in his queue."""

from __future__ import annotations

import pytest

from accounts.acting import Acting
from accounts.models import Organization
from accounts.rights import Right
from tests import factories
from tests.violations import control
from violations.flags.models import Flag

INSPECTORS_RIGHTS = (Right.INSPECT_FLAGS, Right.REVIEW_FLAGS)


@pytest.fixture
def inspectorate(db: None) -> Organization:
    return factories.inspectorate(region="77")


@pytest.fixture
def inspector(inspectorate: Organization) -> Acting:
    return factories.acting(inspectorate, rights=INSPECTORS_RIGHTS)


@pytest.fixture
def flag(employer: Organization) -> Flag:
    """«Найдено не уникальное рабочее место», found by the rule itself."""
    _, (found,) = control.not_unique(employer)
    return found
