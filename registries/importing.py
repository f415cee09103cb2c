"""Import of state registers from one JSON file: organizations, experts, ИН СОУТ, workplaces in force.

The format is that of a context file of `check_report`; every list may be left out. Importing the same file again changes
nothing; an entry that came before is updated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from accounts.actions import mark_sout_organization
from core.journal import record
from core.locks import lock_name
from registries import in_force
from registries.models import Expert, SoutId, SoutOrganization, SoutOrganizationStatus
from registries.register_numbers import plain_integer
from registries.workplace_keys import normalize_number, normalize_text

Row = Mapping[str, Any]


class BadRegister(Exception):
    """The file does not hold what its format says; the message names list, entry and field (English, for the terminal)."""


@dataclass(slots=True)
class Imported:
    """How many entries of each register were read."""

    counts: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def import_registers(content: Any, *, actor: Any = None) -> Imported:
    """Write all registers of a file in one transaction. Raises BadRegister, and then nothing is changed."""
    if not isinstance(content, dict):
        raise BadRegister("the file must hold one JSON object")
    done = Imported()
    for name, write in WRITERS.items():
        rows = content.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BadRegister(f"«{name}» must be a list of objects")
        write(rows)
        done.counts[name] = len(rows)
    record("registers.imported", None, actor=actor, **done.counts)
    return done


def _text(row: Row, name: str, where: str) -> str:
    value = row.get(name)
    if value is None or str(value).strip() == "":
        raise BadRegister(f"{where}: «{name}» is missing")
    return str(value).strip()


def _day(row: Row, name: str, where: str) -> date | None:
    value = row.get(name)
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadRegister(f"{where}: «{name}» is no date: {value!r}") from None


def _organizations(rows: Iterable[Row]) -> None:
    for number, row in enumerate(rows, 1):
        where = f"organizations[{number}]"
        accreditation = row.get("accreditation") or {}
        entry, _ = SoutOrganization.objects.update_or_create(
            registration_number=plain_integer(_text(row, "reg", where)),
            defaults={
                "registered_on": _day(row, "reg_date", where),
                "name": _text(row, "name", where),
                "inn": _text(row, "inn", where),
                "ogrn": _text(row, "ogrn", where),
                "accreditation_number": str(accreditation.get("number") or ""),
                "accredited_on": _day(accreditation, "issued", where),
                "accredited_till": _day(accreditation, "expires", where),
            },
        )
        entry.statuses.all().delete()
        for period in _history(row, where):
            since = _day(period, "since", where)
            if since is None:
                raise BadRegister(f"{where}: a status without «since»")
            SoutOrganizationStatus.objects.create(
                organization=entry, status=_text(period, "status", where), since=since, till=_day(period, "till", where)
            )
        mark_sout_organization(
            inn=entry.inn, ogrn=entry.ogrn, registration_number=entry.registration_number, full_name=entry.name
        )


def _history(row: Row, where: str) -> list[Row]:
    """A file without a history would leave the organization without a single day in the register."""
    history = row.get("status_history")
    if not isinstance(history, list) or not all(isinstance(period, dict) for period in history):
        raise BadRegister(f"{where}: «status_history» must be a list of objects")
    return history


def _experts(rows: Iterable[Row]) -> None:
    for number, row in enumerate(rows, 1):
        where = f"experts[{number}]"
        Expert.objects.update_or_create(
            registration_number=plain_integer(_text(row, "reg_no", where)),
            defaults={
                "last_name": _text(row, "last", where),
                "first_name": _text(row, "first", where),
                "middle_name": str(row.get("middle") or ""),
                "certificate_number": _text(row, "cert_no", where),
                "certificate_issued": _day(row, "cert_issued", where),
                "certificate_expires": _day(row, "cert_expires", where),
                "annulled_on": _day(row, "annulled", where),
                "organization_number": plain_integer(str(row.get("org_reg") or "")),
            },
        )


def _sout_ids(rows: Iterable[Row]) -> None:
    for number, row in enumerate(rows, 1):
        where = f"sout_ids[{number}]"
        SoutId.objects.update_or_create(
            number=plain_integer(_text(row, "id", where)),
            defaults={
                "organization_number": plain_integer(_text(row, "org_reg", where)),
                "employer_inn": _text(row, "employer_inn", where),
                "contract_date": _day(row, "contract_date", where),
                "issued_on": _day(row, "issued", where),
                "status": _text(row, "status", where),
            },
        )


def _known_workplaces(rows: Iterable[Row]) -> None:
    """Workplaces in force that came from reports outside this system. What the register says replaces what it said before:
    a place that is no more `actual` leaves, and a number that is another place's by now goes to that one."""
    groups: dict[tuple[str, str, date | None], list[in_force.Entry]] = defaultdict(list)
    standing: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for number, row in enumerate(rows, 1):
        where = f"known_workplaces[{number}]"
        inn, entry = _text(row, "employer_inn", where), _entry(row, where)
        places = standing[inn][entry.number_key[: in_force.KEY_LENGTH]]
        if row.get("actual", True):
            places.add((entry.position_key, entry.unit_key))
            groups[inn, str(row.get("report") or ""), _day(row, "approved", where)].append(entry)
    for inn, by_number in sorted(standing.items()):
        lock_name("employer", inn)
        in_force.forget_imported(inn, by_number)
    for (inn, label, approved), entries in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1])):
        in_force.take(entries, employer_inn=inn, report_uid=None, label=label, approved_on=approved)


def _entry(row: Row, where: str) -> in_force.Entry:
    written = _text(row, "number", where)
    position, subunit = _text(row, "position", where), str(row.get("subunit") or "")
    return in_force.Entry(
        number=written,
        number_key=normalize_number(written),
        position=position,
        subunit=subunit,
        position_key=normalize_text(position),
        unit_key=normalize_text(subunit),
        snils=tuple(_digits(each) for each in row.get("snils", [])),
        final_class=str(row.get("final_class") or "")[:4],
    )


def _digits(text: Any) -> str:
    return "".join(each for each in str(text) if each.isdigit())


WRITERS = {
    "organizations": _organizations,
    "experts": _experts,
    "sout_ids": _sout_ids,
    "known_workplaces": _known_workplaces,
}
