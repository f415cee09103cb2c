"""The file that README offers to upload is taken in by the cabinet."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.acting import Acting
from accounts.models import Organization
from core.jobs.models import Job
from core.jobs.tasks import run_job
from simulators.people import NORMA, demo_cast
from sout_reports.actions import receive
from sout_reports.models import SoutReport
from sout_reports.states import State
from tests import factories
from violations.flags.models import Flag

pytestmark = pytest.mark.django_db(transaction=True)


def uploaded(path: Path) -> SoutReport:
    """The report after its check, brought by the head of ООО «Норма»."""
    with path.open("rb") as stream:
        report, _ = receive(stream, name=path.name, actor=bringer())
    run_job(str(Job.objects.of(report).get().pk))
    report.refresh_from_db()
    return report


def bringer() -> Acting:
    demo = demo_cast().organizations[NORMA]
    found = Organization.objects.filter(inn=demo.inn, ogrn=demo.ogrn).first()
    return factories.acting(found or factories.sout_organization(inn=demo.inn, ogrn=demo.ogrn))


@pytest.mark.parametrize("employer", ["zmz", "techno"])
def test_both_of_two_reports_conform(tmp_path: Path, employer: str) -> None:
    paths = [tmp_path / "first.xml", tmp_path / "second.xml"]
    for path in paths:
        call_command("demo_report", path, employer=employer, workplaces=6, verbosity=0)
    for path in paths:
        report = uploaded(path)
        assert (report.state, report.verdict) == (State.ACCEPTED, "conforms")


@pytest.mark.parametrize("defect", ["SOUT-UNIQ-001", "SOUT-CLS-001", "SOUT-ANA-001"])
def test_a_defect_is_found(tmp_path: Path, defect: str) -> None:
    call_command("demo_report", tmp_path / "clean.xml", workplaces=4)
    uploaded(tmp_path / "clean.xml")
    call_command("demo_report", tmp_path / "defect.xml", defect=defect, workplaces=4)
    report = uploaded(tmp_path / "defect.xml")
    assert set(Flag.objects.filter(report=report).values_list("rule", flat=True)) == {defect}


def test_there_must_be_a_number_to_take(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="нет действующих рабочих мест"):
        call_command("demo_report", tmp_path / "defect.xml", defect="SOUT-UNIQ-001")
