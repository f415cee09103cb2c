"""A generator of СОУТ reports of any size: for demo data, tests and benchmarks.

    with open("report.xml", "wb") as stream:
        write_report(stream, sample_spec("office", workplaces=10_000, seed=1))

Everybody in the reports is invented; codes of professions and substances are illustrative.
"""

from simulators.sout_reports.parties import (
    EmployerSpec,
    ExpertSpec,
    OrganizationSpec,
    ReportSpec,
    registers_of,
    sample_spec,
)
from simulators.sout_reports.report import build_report, write_report

__all__ = [
    "EmployerSpec",
    "ExpertSpec",
    "OrganizationSpec",
    "ReportSpec",
    "build_report",
    "registers_of",
    "sample_spec",
    "write_report",
]
