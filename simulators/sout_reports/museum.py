"""The museum of small reports by which the rules are tested: python -m simulators.sout_reports.museum FOLDER.

Beside the defect of each rule (`mutations`) it holds the reports that only just pass (`boundaries`), and other ways to break
a rule. The files stand in FOLDER/pass/RULE and FOLDER/fail/RULE, the registers of them all in FOLDER/context.json.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from simulators.sout_reports import mutations
from simulators.sout_reports.boundaries import BOUNDARIES, CALL_CENTRE, make_couriers, state_literally, write_place
from simulators.sout_reports.draft import Draft
from simulators.sout_reports.mutations import MUTATIONS, Mutation, special_registers
from simulators.sout_reports.parties import sample_spec


def _number(text: str) -> Mutation:
    def change(draft: Draft) -> None:
        draft.renumber(draft.places()[0], text)

    reasons = {"": "empty", "05": "leading-zero", "100000000": "nine-digits", "0": "zero"}
    return Mutation("SOUT-UNIQ-004", reasons[text], change)


def _cancelled_number(draft: Draft) -> None:
    draft.text("SoutId", mutations.ID_CANCELLED)


def _number_of_other_company(draft: Draft) -> None:
    draft.text("SoutId", mutations.ID_OF_OTHER_EMPLOYER)


def _number_of_other_organization(draft: Draft) -> None:
    draft.text("SoutId", mutations.ID_OF_SUSPENDED)


def _began_before_number(draft: Draft) -> None:
    draft.text("Extension/ReportInfo/WorkStartDate", draft.timeline.number_issued - timedelta(days=1))


def _no_expert_number(draft: Draft) -> None:
    draft.drop("AttestationOrganization/Workers/Expert[2]/RegistrationNumber")


def _wrong_inn_of_organization(draft: Draft) -> None:
    draft.text("AttestationOrganization/INN", "0000000000")


def _taken_in_other_form(draft: Draft) -> None:
    """Only the sub-unit differs from the place in force."""
    write_place(draft, mutations.OTHER_POSITION, "Служба охраны № 2")
    draft.renumber(draft.card(), mutations.TAKEN_NUMBER)


def _half_of_workers(draft: Draft) -> None:
    make_couriers(draft, mutations.COURIERS[0], "999-000-003 17")


def _more_than_there_are(draft: Draft) -> None:
    draft.text("WorkPlacesQuantity", draft.spec.workplaces - 1)


def _above_both_readings(draft: Draft) -> None:
    state_literally(draft)
    draft.set_final_class(draft.card(), "4")


def _no_final_class(draft: Draft) -> None:
    draft.set_final_class(draft.card(), "-")


def _light_without_class(draft: Draft) -> None:
    draft.set_class(draft.card("LightEnvironment"), "LightEnvironment", "-")


def _protocol_not_attached(draft: Draft) -> None:
    draft.one("Factors/LabourSeverity/Protocol/Number", draft.card("LabourSeverity")).text = "7/2026"


def _sum_is_wrong(draft: Draft) -> None:
    row = draft.one("Extension/SummarySheet/Table1/Row")
    row.set("Assessed", str(int(row.get("Assessed", 0)) + 1))
    row.set("Total", str(int(row.get("Total", 0)) + 1))


def _fewer_in_all(draft: Draft) -> None:
    row = draft.one("Extension/SummarySheet/Table1/Row")
    row.set("Total", str(int(row.get("Assessed", 0)) - 1))


OTHER_DEFECTS = (
    Mutation("SOUT-EXP-001", "no-number", _no_expert_number),
    Mutation("SOUT-ID-002", "cancelled", _cancelled_number),
    Mutation("SOUT-ID-002", "of-another-employer", _number_of_other_company),
    Mutation("SOUT-ID-002", "of-another-organization", _number_of_other_organization),
    Mutation("SOUT-ID-003", "work-began-before", _began_before_number),
    Mutation("SOUT-EMP-001", "zeros-of-the-organization", _wrong_inn_of_organization),
    Mutation("SOUT-UNIQ-001", "another-unit", _taken_in_other_form),
    Mutation("SOUT-UNIQ-003", "workers-under-another-number", _half_of_workers),
    *(_number(text) for text in ("", "0", "05", "100000000")),
    Mutation("SOUT-WP-003", "more-than-there-are", _more_than_there_are),
    Mutation("SOUT-CLS-001", "above-both-readings", _above_both_readings, seed=CALL_CENTRE),
    Mutation("SOUT-CLS-005", "no-final-class", _no_final_class),
    Mutation("SOUT-CLS-005", "light-of-a-room", _light_without_class, seed=CALL_CENTRE),
    Mutation("SOUT-PRT-001", "not-in-the-extension", _protocol_not_attached),
    Mutation("SOUT-SVD-001", "sum-of-the-row", _sum_is_wrong),
    Mutation("SOUT-SVD-001", "fewer-in-all", _fewer_in_all),
)
"""Other ways to break a rule than those of `MUTATIONS`."""


def pieces() -> Iterator[tuple[str, Mutation]]:
    """«pass» or «fail», and how to make the piece."""
    yield from (("pass", piece) for piece in BOUNDARIES)
    yield from (("fail", piece) for piece in (*MUTATIONS.values(), *OTHER_DEFECTS))


def write_museum(folder: Path) -> int:
    """Write all pieces and their registers; the number of pieces."""
    registers = special_registers([sample_spec()])
    count = 0
    for hall, piece in pieces():
        draft = piece.apply(piece.spec())
        draft.slim()
        path = folder / hall / piece.code / f"{piece.reason}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(draft.to_bytes())
        count += 1
    content = json.dumps(registers, ensure_ascii=False, indent=1)
    (folder / "context.json").write_text(content + "\n", encoding="utf-8")
    return count


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulators.sout_reports.museum", description=__doc__)
    parser.add_argument("folder", type=Path)
    write_museum(parser.parse_args(arguments).folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
