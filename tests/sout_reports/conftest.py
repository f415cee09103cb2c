"""People at the doors of report pages, and what they look at."""

from __future__ import annotations

import io
import uuid
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.acting import Acting
from accounts.rights import Right
from simulators.sout_reports import sample_spec, write_report
from sout_reports.actions.finishing import header_facts
from sout_reports.document.model import Header, MeasurementProtocol, SimilarGroup, Tail, Workplace, WorkplaceDetails
from sout_reports.document.reader import read_report
from sout_reports.models import SimilarGroup as SimilarGroupRow
from sout_reports.models import SoutReport
from sout_reports.staging import Stager, take_over
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


def read_in(report: SoutReport, content: bytes) -> SoutReport:
    """Give an accepted report the workplaces and protocols of a file, by the reader and the staging that intake uses."""
    stager = Stager(uuid.uuid4(), 1)
    header = None
    groups = []
    for thing, fragment in read_report(io.BytesIO(content), with_fragments=True):
        match thing:
            case Header():
                header = thing
            case Workplace():
                stager.workplace(thing, fragment or b"")
            case WorkplaceDetails():
                stager.details(thing, fragment or b"")
            case MeasurementProtocol():
                stager.protocol(thing, fragment or b"")
            case SimilarGroup():
                groups.append(SimilarGroupRow(report=report, ordinal=thing.ordinal, numbers=list(thing.numbers)))
            case Tail():
                assert header is not None
                report.header = header_facts(header, thing)
    SimilarGroupRow.objects.bulk_create(groups)
    stager.flush()
    take_over(stager, report.pk)
    report.workplaces = stager.workplaces
    report.save(update_fields=["header", "workplaces"])
    return report


@pytest.fixture
def generated(bringer: Acting, reader: Acting) -> SoutReport:
    """An accepted report of a plant with measured, analogous and declared workplaces, with cards and protocols."""
    stream = io.BytesIO()
    write_report(stream, sample_spec("plant", workplaces=30, seed=3))
    return read_in(factories.report(reader.organization, by=bringer), stream.getvalue())
