"""Write one report from the command line: python -m simulators.sout_reports --kind plant --workplaces 50000 --out FILE."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from simulators.sout_reports.catalogue import TEMPLATES
from simulators.sout_reports.parties import DEFAULT_DAY, registers_of, sample_spec
from simulators.sout_reports.report import write_report


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulators.sout_reports", description=__doc__)
    parser.add_argument("--kind", choices=sorted(TEMPLATES), default="office")
    parser.add_argument("--workplaces", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--day", type=date.fromisoformat, default=DEFAULT_DAY, help="the day the report is sent")
    parser.add_argument("--sout-id", default="900001")
    parser.add_argument("--first-number", type=int, default=1)
    parser.add_argument("--out", type=Path, help="standard output if not given")
    parser.add_argument("--registers", type=Path, help="also write registers in which the report is in order")
    options = parser.parse_args(arguments)
    spec = sample_spec(
        options.kind,
        workplaces=options.workplaces,
        seed=options.seed,
        day=options.day,
        sout_id=options.sout_id,
        first_number=options.first_number,
    )
    if options.out is None:
        write_report(sys.stdout.buffer, spec)
    else:
        with options.out.open("wb") as stream:
            write_report(stream, spec)
    if options.registers is not None:
        content = json.dumps(registers_of([spec]), ensure_ascii=False, indent=1)
        options.registers.write_text(content + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
