"""The registers that rules ask, answered from the database: the same questions as `violations.rules.context_file` answers."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from registries.models import Expert, SoutId, SoutOrganization, WorkplaceInForce
from sout_reports.models import SoutReport
from sout_reports.states import State
from violations.rules.registers import (
    AcceptedReport,
    ExpertEntry,
    KnownWorkplace,
    OrganizationEntry,
    PlaceKey,
    SoutIdEntry,
    StatusPeriod,
    batches,
)


class DatabaseRegisters:
    """`leaving_out`: reports whose own workplaces are not compared with (the report itself, and the one it corrects)."""

    def __init__(self, *, leaving_out: Collection[UUID] = ()) -> None:
        self._left_out = frozenset(leaving_out)

    def organization(self, registration_number: str) -> OrganizationEntry | None:
        entry = SoutOrganization.objects.filter(registration_number=registration_number).first()
        if entry is None:
            return None
        periods = tuple(StatusPeriod(p.status, p.since, p.till) for p in entry.statuses.all())
        return OrganizationEntry(entry.registration_number, entry.name, entry.inn, entry.ogrn, periods)

    def experts(self, numbers: Collection[str]) -> dict[str, ExpertEntry]:
        found: dict[str, ExpertEntry] = {}
        for batch in batches(numbers):
            for row in Expert.objects.filter(registration_number__in=batch):
                name = " ".join(filter(None, (row.last_name, row.first_name, row.middle_name)))
                found[row.registration_number] = ExpertEntry(
                    registration_number=row.registration_number,
                    name=name,
                    certificate_number=row.certificate_number,
                    certificate_issued=row.certificate_issued,
                    certificate_expires=row.certificate_expires,
                    annulled=row.annulled_on,
                )
        return found

    def sout_id(self, number: str) -> SoutIdEntry | None:
        row = SoutId.objects.filter(number=number).first()
        if row is None:
            return None
        return SoutIdEntry(row.number, row.organization_number, row.employer_inn, row.issued_on, row.status)

    def is_corrected(self, known: KnownWorkplace, replaces_report: str) -> bool:
        """Never: a report that a correction replaces is among `leaving_out`, and a label may be that of any other report."""
        return False

    def workplaces_by_number(self, inn: str, numbers: Collection[str]) -> dict[str, list[KnownWorkplace]]:
        found: dict[str, list[KnownWorkplace]] = {}
        for batch in batches(numbers):
            for row in WorkplaceInForce.objects.filter(employer_inn=inn, number_key__in=batch):
                if row.report_uid not in self._left_out:
                    found.setdefault(row.number_key, []).append(_known(row))
        return found

    def workplaces_by_place(self, inn: str, places: Collection[PlaceKey]) -> dict[PlaceKey, list[KnownWorkplace]]:
        wanted = set(places)
        found: dict[PlaceKey, list[KnownWorkplace]] = {}
        for batch in batches(sorted({position for position, _ in wanted})):
            for row in WorkplaceInForce.objects.filter(employer_inn=inn, position_key__in=batch):
                key = (row.position_key, row.unit_key)
                if key in wanted and row.report_uid not in self._left_out:
                    found.setdefault(key, []).append(_known(row))
        return found

    def accepted_report(self, sout_id: str) -> AcceptedReport | None:
        reports = SoutReport.objects.filter(sout_id=sout_id, state=State.ACCEPTED).exclude(uid__in=self._left_out)
        report = reports.order_by("pk").first()
        return (
            AcceptedReport(str(report.number), report.content_sha256, str(report.uid)) if report is not None else None
        )


def _known(row: WorkplaceInForce) -> KnownWorkplace:
    return KnownWorkplace(
        number=row.number,
        position=row.position,
        subunit=row.subunit,
        report=row.report_label.removeprefix("№ "),  # rules write the sign themselves
        report_uid=str(row.report_uid) if row.report_uid else None,
        approved=row.approved_on,
        snils=tuple(row.snils),
    )
