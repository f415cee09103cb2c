"""What live tests need around them: registers, an acting SOUT organization, files to upload."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from accounts.acting import Acting
from accounts.models import Organization
from registries.importing import import_registers
from simulators.sout_reports import ReportSpec, registers_of, sample_spec, write_report
from tests import factories


def today_spec(**fields: object) -> ReportSpec:
    """A spec of a report sent today, that is in order in its registers."""
    return sample_spec(fields.pop("kind", "office"), day=date.today(), **fields)  # type: ignore[arg-type]  # named fields of ReportSpec


def in_registers(specs: Sequence[ReportSpec]) -> Acting:
    """Import the registers of the specs; the administrator of their SOUT organization."""
    import_registers(registers_of(specs))
    organization = Organization.objects.get(inn=specs[0].organization.inn)
    return factories.acting(organization)


def file_of(spec: ReportSpec) -> BytesIO:
    stream = BytesIO()
    write_report(stream, spec)
    stream.seek(0)
    return stream
