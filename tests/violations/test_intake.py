"""Files taken in from their bytes to their flags: what is refused, what a correction does, and what no file may break."""

from __future__ import annotations

import random
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from core.jobs.models import Job
from core.jobs.tasks import run_job
from core.journal.models import Event
from registries.models import WorkplaceInForce
from simulators.sout_reports import sample_spec
from simulators.sout_reports.draft import Draft
from sout_reports.actions import receive
from sout_reports.models import SoutReport
from sout_reports.selectors import steps_of
from sout_reports.states import State
from tests import factories
from tests.violations import control
from violations.check import intake, locating
from violations.flags.models import CheckRun, Flag
from violations.flags.states import FlagState
from violations.reactions import locate_raised_flags

pytestmark = pytest.mark.django_db(transaction=True)
SPEC = sample_spec("office", workplaces=3, seed=5, similar=False, previous=False)


@pytest.fixture
def bringer() -> Acting:
    """Acts for the SOUT organization that the sample reports name."""
    return factories.acting(factories.sout_organization(inn=SPEC.organization.inn, ogrn=SPEC.organization.ogrn))


@pytest.fixture
def employer() -> Organization:
    return factories.organization(inn=SPEC.employer.inn, ogrn=SPEC.employer.ogrn)


def draft(**fields: Any) -> Draft:
    chosen = {"workplaces": 3, "seed": 5, "similar": False, "previous": False} | fields
    return Draft(sample_spec("office", **chosen))


def brought(content: Draft, bringer: Acting) -> SoutReport:
    """The report after its check, whose job must not fail."""
    report, _ = receive(BytesIO(content.to_bytes()), name="r.xml", actor=bringer)
    run_job(str(Job.objects.of(report).get().pk))
    report.refresh_from_db()
    return report


def in_force(employer: Organization) -> dict[str, str]:
    rows = WorkplaceInForce.objects.filter(employer_inn=employer.inn)
    return dict(rows.values_list("number_key", "position"))


class TestNoFileBreaksTheCheck:
    """Each of these is valid by the schema, and made every attempt fail."""

    def test_a_sout_id_that_no_column_holds_is_refused(self, bringer: Acting) -> None:
        spoilt = draft()
        spoilt.text("SoutId", "9" * 21)
        report = brought(spoilt, bringer)
        assert report.state == State.REFUSED
        (problem,) = report.problems
        assert (problem["code"], problem["path"]) == ("SOUT-FMT-001", "/Attestation/SoutId")
        assert problem["expected"] == "число не длиннее 20 знаков"

    def test_a_sout_id_of_twenty_digits_after_zeros_is_taken(self, bringer: Acting) -> None:
        taken = draft()
        taken.text("SoutId", "000" + "9" * 20)
        assert brought(taken, bringer).sout_id == "9" * 20

    @pytest.mark.parametrize("day", ["9999-12-31", "9999-12-25", "9996-02-29"])
    def test_a_date_at_the_end_of_the_calendar(self, bringer: Acting, day: str) -> None:
        late = draft(previous=True)
        late.text("Date", day)
        for previous in late.root.iter("PreviousApprovalDate"):
            previous.text = day
        report = brought(late, bringer)
        assert (report.state, report.approved_on) == (State.ACCEPTED, date.fromisoformat(day))

    def test_numbers_that_differ_after_the_column_ends(self, bringer: Acting) -> None:
        long = draft()
        for place, letter in zip(long.places(), "АБВ", strict=False):
            long.renumber(place, "7" * 200 + letter)
        assert brought(long, bringer).state == State.ACCEPTED

    def test_names_longer_than_their_columns(self, bringer: Acting) -> None:
        long = draft()
        long.text("Enterprise/Name", "Завод " * 400)
        long.one("Enterprise/Name").set("ShortName", "З" * 700)
        long.text("Enterprise/DeJureAddress", "улица, " * 400)
        report = brought(long, bringer)
        assert report.state == State.ACCEPTED
        assert report.employer is not None
        assert (len(report.employer.full_name), len(report.employer.short_name)) == (1000, 500)
        assert report.employer_name == ("Завод " * 400).strip(), "the report's own head keeps it whole"

    def test_a_position_longer_than_an_index_takes(self, bringer: Acting) -> None:
        long = draft()
        letters = "".join(random.Random(5).choices("абвгдежзийклмнопрстуфхцчшщъыьэюя", k=9000))
        long.text("Enterprise/WorkPlaceAttested/Position", letters)
        assert brought(long, bringer).state == State.ACCEPTED

    @pytest.mark.parametrize(("each", "total"), [("2147483647", 2**31 - 1), ("-5", 0)])
    def test_the_sum_of_workers(self, bringer: Acting, each: str, total: int) -> None:
        odd = draft()
        for place in odd.places():
            place.find("WorkersQuantity").text = each
        report = brought(odd, bringer)
        assert (report.state, report.workers) == (State.ACCEPTED, total)

    def test_a_number_that_only_looks_like_digits(self, bringer: Acting) -> None:
        report = brought(draft(submission_kind="Correction", replaces_report="7²"), bringer)
        assert report.state == State.REFUSED
        assert report.problems[0]["code"] == "FILE-NO-ORIGINAL"


class TestRefusals:
    @pytest.mark.parametrize("named", [None, "№ 5 от 01.02.2026", "999999", "отчёт 5", "٣"])
    def test_a_correction_of_nothing(self, bringer: Acting, named: str | None) -> None:
        report = brought(draft(submission_kind="Correction", replaces_report=named), bringer)
        assert report.state == State.REFUSED
        (problem,) = report.problems
        assert problem["code"] == "FILE-NO-ORIGINAL"
        assert problem["line"]
        assert "Переданные отчёты" in problem["advice"]

    def test_a_correction_of_another_organizations_report(self, bringer: Acting, employer: Organization) -> None:
        foreign = factories.report(employer)
        report = brought(draft(submission_kind="Correction", replaces_report=str(foreign.number)), bringer)
        assert (report.state, report.problems[0]["code"]) == (State.REFUSED, "FILE-NO-ORIGINAL")
        foreign.refresh_from_db()
        assert foreign.state == State.ACCEPTED

    def test_a_correction_of_what_is_replaced_already_names_the_later(self, bringer: Acting) -> None:
        first = brought(draft(), bringer)
        second = brought(draft(seed=6, submission_kind="Correction", replaces_report=f"№ {first.number}"), bringer)
        third = brought(draft(seed=7, submission_kind="Correction", replaces_report=f"{first.number}"), bringer)
        assert (second.state, third.state) == (State.ACCEPTED, State.REFUSED)
        assert f"заменён отчётом № {second.number}" in third.problems[0]["message"]

    def test_another_content_under_the_same_sout_id_however_it_is_written(self, bringer: Acting) -> None:
        first = draft()
        first.text("SoutId", "0900001")
        accepted = brought(first, bringer)
        assert (accepted.state, accepted.sout_id) == (State.ACCEPTED, "900001")
        second = draft(seed=6)
        second.text("SoutId", "+900001")
        report = brought(second, bringer)
        assert report.state == State.REFUSED
        (problem,) = report.problems
        assert problem["code"] == "SOUT-FMT-003"
        assert f"{accepted.number} в ReplacesReport" in problem["advice"]
        assert problem["basis"] == "ст. 18 426-ФЗ"
        assert [step["state"] for step in steps_of(report, None)] == ["done", "done", "done", "failed"]

    def test_the_same_report_in_other_bytes(self, bringer: Acting, client: Any) -> None:
        same = draft()
        accepted = brought(same, bringer)
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("r.xml", same.to_bytes())
        packed.seek(0)
        report, _ = receive(packed, name="r.zip", actor=bringer)
        run_job(str(Job.objects.of(report).get().pk))
        report.refresh_from_db()
        assert report.problems[0]["code"] == "FILE-ALREADY-ACCEPTED"
        steps = steps_of(report, None)
        assert (steps[1]["state"], steps[3]["label"], steps[3]["state"]) == ("done", "Приём отчёта", "failed")
        factories.sign_in(client, bringer)
        for name in ("receipt", "refusal"):
            page = client.get(reverse(f"sout_reports:{name}", args=[report.uid])).content.decode()
            assert f"квитанция № {accepted.number}" in page
            assert "ещё раз не нужно" in page
            for untrue in ("загрузите файл ещё раз", "загрузите его ещё раз", "Загрузить исправленный файл"):
                assert untrue not in page


class TestACorrection:
    def test_frees_numbers_for_other_reports_and_judges_them_again(
        self, bringer: Acting, employer: Organization
    ) -> None:
        original = brought(draft(), bringer)
        assert set(in_force(employer)) == {"1", "2", "3"}
        other = control.employer_report(employer)
        factories.workplace(other, number=1, position="Кассир", subunit="Торговый зал")
        (flag,) = control.raise_flags(other)
        assert flag.rule == "SOUT-UNIQ-001"
        correction = brought(
            draft(first_number=101, submission_kind="Correction", replaces_report=str(original.number)), bringer
        )
        assert correction.state == State.ACCEPTED
        flag.refresh_from_db()
        assert (flag.state, flag.protocol) == (FlagState.CLEARED, None)
        assert f"Отчёт № {original.number} заменён исправленным № {correction.number}" in flag.reason
        assert in_force(employer)["1"] == "Кассир"
        other.refresh_from_db()
        assert (other.verdict, other.open_flags) == ("conforms", 0)
        assert CheckRun.objects.filter(report=other).latest("pk").occasion == "correction"

    def test_leaves_no_counts_behind(self, bringer: Acting) -> None:
        spoilt = draft()
        spoilt.drop("Committee/Member")
        original = brought(spoilt, bringer)
        assert original.open_violations
        brought(draft(submission_kind="Correction", replaces_report=f"№{original.number}"), bringer)
        original.refresh_from_db()
        assert (original.state, original.open_flags, original.open_violations) == (State.SUPERSEDED, 0, 0)

    def test_does_not_switch_rules_off_for_a_register_entry_of_the_same_label(
        self, bringer: Acting, employer: Organization
    ) -> None:
        original = brought(draft(first_number=51), bringer)
        WorkplaceInForce.objects.create(
            employer_inn=employer.inn, number_key="1", number="1", position="Повар", position_key="повар",
            subunit="Кухня", unit_key="кухня", report_label=str(original.number),
        )  # fmt: skip
        correction = brought(draft(submission_kind="Correction", replaces_report=str(original.number)), bringer)
        assert Flag.objects.filter(report=correction, rule="SOUT-UNIQ-001").count() == 1


class TestLines:
    def test_are_located_before_the_employer_is_locked(
        self, bringer: Acting, employer: Organization, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken = control.employer_report(employer)
        factories.workplace(taken, number=1, position="Повар", subunit="Кухня")
        control.feed(taken)
        steps: list[str] = []

        def locating_lines(*args: Any) -> dict[str, int]:
            steps.append("lines")
            return locating.lines_in(*args)

        def locked(*args: Any) -> None:
            steps.append("lock")

        monkeypatch.setattr(intake, "lines_in", locating_lines)
        monkeypatch.setattr(intake, "lock_name", locked)
        spoilt = draft()
        spoilt.drop("Enterprise/KPP")
        report = brought(spoilt, bringer)
        assert steps == ["lines", "lock"]
        flags = Flag.objects.filter(report=report)
        assert {flag.rule for flag in flags} >= {"SOUT-UNIQ-001", "SOUT-EMP-004"}
        assert all(flag.line for flag in flags)

    def test_of_flags_that_a_recheck_raised(self, bringer: Acting, employer: Organization) -> None:
        report = brought(draft(), bringer)
        place = report.places.get(number="1")
        WorkplaceInForce.objects.filter(employer_inn=employer.inn, number_key="1").update(
            position="Повар", position_key="повар", report_uid=None
        )
        control.raise_flags(report)
        flag = Flag.objects.get(report=report, rule="SOUT-UNIQ-001")
        assert (flag.workplace, flag.line) == (place, None)
        event = Event.objects.about(report).get(verb="report.flags_raised")
        for _ in range(2):
            locate_raised_flags(event)
        flag.refresh_from_db()
        assert draft().to_bytes().splitlines()[flag.line - 1].strip() == b"<Id>1</Id>"
