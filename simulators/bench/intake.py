"""Intake and check of reports against the floor, their growth with the file, and the worker's memory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Grant, Organization, User
from core.jobs.models import Job
from core.jobs.models import State as JobState
from core.jobs.tasks import run_job
from registries.importing import import_registers
from simulators.bench.figures import Figure
from simulators.sout_reports import ReportSpec, registers_of, sample_spec, write_report
from sout_reports.actions import receive
from sout_reports.document.model import MeasurementProtocol, Workplace, WorkplaceDetails
from sout_reports.document.reader import count_records, read_report
from sout_reports.models import SoutReport, StagedPart, StagedWorkplace
from sout_reports.staging import PART_COLUMNS, WORKPLACE_COLUMNS, Stager, copy_rows

RUNS = 3


def against_the_floor(scale: float) -> Iterator[Figure]:
    """Floor: hardened streaming parse with schema validation that only counts and clears, plus COPY of the same rows."""
    size = int(10_000 * scale)
    with _report_file(size) as (path, spec):
        floor = min(_floor(path) for _ in range(RUNS))
        whole = min(_intake(path, spec) for _ in range(RUNS))
    yield Figure("floor, 10,000 workplaces", floor, "s", note=f"parse, validate, COPY; best of {RUNS}")
    yield Figure("intake and check, 10,000 workplaces", whole, "s", note=f"job from claim to commit; best of {RUNS}")
    yield Figure("intake and check against the floor", whole / floor, "times", 3.0)


def per_workplace(scale: float) -> Iterator[Figure]:
    """Time of one workplace in a small and in a large file."""
    times = {}
    for size in (int(5_000 * scale), int(50_000 * scale)):
        with _report_file(size) as (path, spec):
            times[size] = min(_intake(path, spec) for _ in range(2)) / size * 1e6
    small, large = times.values()
    yield Figure("one workplace of 5,000", small, "µs")
    yield Figure("one workplace of 50,000", large, "µs")
    yield Figure("growth from 5,000 to 50,000", large / small, "times", 1.15)


def peak_memory(scale: float) -> Iterator[Figure]:
    """Peak resident memory of a real Celery worker's child that checks 50,000 workplaces."""
    _forget_reports()  # the same bytes would give the receipt of another bench
    with _report_file(int(50_000 * scale)) as (path, spec), path.open("rb") as stream:
        acting = _acting(spec)
        report, _ = receive(stream, name="bench.xml", actor=acting)
        command = [sys.executable, "-m", "celery", "-A", "lkot", "worker", "-Q", "checks", "-c", "1", "-l", "ERROR"]
        worker = subprocess.Popen(command)  # inherits the bench's servers
        try:
            peak = _watch(worker.pid, report)
        finally:
            worker.terminate()
            worker.wait(timeout=60)
    yield Figure("worker's peak memory, 50,000 workplaces", peak, "MB", 300)


def _watch(parent: int, report: SoutReport) -> float:
    peak = 0.0
    deadline = time.monotonic() + 900
    while time.monotonic() < deadline:
        for child in _children(parent):
            peak = max(peak, _high_water(child))
        job = Job.objects.of(report).get()
        if job.finished:
            if job.state != JobState.DONE:
                raise RuntimeError(f"the check failed: {job.outcome}")
            return peak
        time.sleep(0.2)
    raise RuntimeError("the check did not end")


def _children(parent: int) -> list[int]:
    task = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(text) for text in task.read_text().split()] if task.exists() else []


def _high_water(pid: int) -> float:
    """VmHWM in MB (10^6 bytes); Linux only."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next((text for text in status.read_text().splitlines() if text.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1]) * 1024 / 1e6


@contextmanager
def _report_file(workplaces: int) -> Iterator[tuple[Path, ReportSpec]]:
    """A generated office report on disk, and the spec it was made from."""
    with tempfile.TemporaryDirectory(prefix="lkot-bench-") as folder:
        spec = sample_spec("office", workplaces=workplaces, seed=11, day=timezone.localdate(), previous=False)
        path = Path(folder) / "report.xml"
        with path.open("wb") as stream:
            write_report(stream, spec)
        yield path, spec


def _floor(path: Path) -> float:
    rows = _rows_of(path)
    started = time.perf_counter()
    with path.open("rb") as stream:
        count_records(stream)
    copy_rows(StagedWorkplace._meta.db_table, WORKPLACE_COLUMNS, rows[0])
    copy_rows(StagedPart._meta.db_table, PART_COLUMNS, rows[1])
    spent = time.perf_counter() - started
    StagedWorkplace.objects.all().delete()
    StagedPart.objects.all().delete()
    return spent


def _rows_of(path: Path) -> tuple[list[Any], list[Any]]:
    """The very rows that the intake copies, made beforehand."""

    class Keeping(Stager):
        places: list[Any] = []
        kept_parts: list[Any] = []

        def flush(self) -> None:
            self.places += self._places
            self.kept_parts += self._parts
            self._places.clear()
            self._parts.clear()

    keeping = Keeping(uuid4(), 1)
    keeping.places, keeping.kept_parts = [], []
    with path.open("rb") as stream:
        _stage(stream, keeping)
    keeping.flush()
    return keeping.places, keeping.kept_parts


def _stage(stream: IO[bytes], stager: Stager) -> None:
    for thing, fragment in read_report(stream, with_fragments=True):
        if isinstance(thing, Workplace):
            stager.workplace(thing, fragment or b"")
        elif isinstance(thing, WorkplaceDetails):
            stager.details(thing, fragment or b"")
        elif isinstance(thing, MeasurementProtocol):
            stager.protocol(thing, fragment or b"")


def _intake(path: Path, spec: ReportSpec) -> float:
    _forget_reports()
    acting = _acting(spec)
    with path.open("rb") as stream:
        report, _ = receive(stream, name="bench.xml", actor=acting)
    job = Job.objects.of(report).get()
    started = time.perf_counter()
    run_job(str(job.pk))
    spent = time.perf_counter() - started
    report.refresh_from_db()
    if report.state != "accepted":
        raise RuntimeError(f"the bench's report was {report.state}: {report.problems[:3]}")
    return spent


def _forget_reports() -> None:
    """Back to an empty table, so that each run meets the same database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE sout_reports_soutreport, sout_reports_workplacefactor, sout_reports_workplaceworker,"
            " registries_workplaceinforce CASCADE"
        )
        cursor.execute("VACUUM ANALYZE")


def _acting(spec: ReportSpec) -> Acting:
    import_registers(registers_of([spec]))
    organization = Organization.objects.get(inn=spec.organization.inn)
    user, _ = User.objects.get_or_create(esia_oid=1, defaults={"last_name": "Замерщиков"})
    return Acting(user, organization, None, Grant(user=user, organization=organization), frozenset())
