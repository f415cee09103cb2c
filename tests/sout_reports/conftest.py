"""People at the doors of report pages, and what they look at."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.acting import Acting
from accounts.rights import Right
from tests import factories

SOME_OTHER_RIGHT = [Right.SETTINGS]


def client_of(who: Acting) -> Client:
    return factories.sign_in(Client(), who)


@pytest.fixture
def bringer() -> Acting:
    """Acts for a SOUT organization and may import reports."""
    return factories.acting(factories.sout_organization(), rights=[Right.IMPORT_REPORTS])


@pytest.fixture
def reader() -> Acting:
    """Acts for an employer and may view reports."""
    return factories.acting(factories.organization(), rights=[Right.VIEW_REPORTS])


@pytest.fixture
def bringing(bringer: Acting) -> Client:
    return client_of(bringer)


@pytest.fixture
def reading(reader: Acting) -> Client:
    return client_of(reader)


@pytest.fixture
def around(bringer: Acting, reader: Acting) -> SimpleNamespace:
    """Clients of everybody who may come to a page: `nobody` is not signed in, `clerk`s lack the right, `other_*` hold it
    elsewhere."""
    return SimpleNamespace(
        nobody=Client(),
        bringer=client_of(bringer),
        bringers_clerk=client_of(factories.acting(bringer.organization, rights=SOME_OTHER_RIGHT)),
        other_bringer=client_of(factories.acting(factories.sout_organization(), rights=[Right.IMPORT_REPORTS])),
        reader=client_of(reader),
        readers_clerk=client_of(factories.acting(reader.organization, rights=SOME_OTHER_RIGHT)),
        other_reader=client_of(factories.acting(factories.organization(), rights=[Right.VIEW_REPORTS])),
    )
