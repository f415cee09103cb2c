"""Import of state registers from one JSON file: organizations, experts, ИН СОУТ, workplaces in force.

The format is that of a context file of `check_report`; every list may be left out. Importing the same file again changes
nothing; an entry that came before is updated. The whole file is read before the first row is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from accounts.actions import mark_sout_organization
from accounts.models import Organization
from core.journal import record
from core.locks import lock_kind, lock_name
from registries import in_force
from registries.models import Expert, LoadedRegister, SoutId, SoutOrganization, SoutOrganizationStatus
from registries.reading import REGISTERS, BadRegister, Entry, Problem, Problems, entries
from registries.states import ORGANIZATION_STATUSES, SOUT_ID_STATUSES
from registries.workplace_keys import normalize_number, normalize_text

__all__ = ["BadRegister", "Imported", "import_registers"]

NAME_MAX = 1000  # of the organization's full name
BATCH = 1000  # rows of one statement

Row = TypeVar("Row", bound=models.Model)


@dataclass(slots=True)
class Imported:
    """How many entries of each register were read."""

    counts: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def import_registers(content: Any, *, actor: Any = None, organization: Any = None, subject: Any = None) -> Imported:
    """Write all registers of a file in one transaction. Raises BadRegister, and then nothing is changed.

    actor, organization: who keeps the registers, as in core.journal; subject: the row of the upload, if there is one.
    """
    if not isinstance(content, dict):
        raise BadRegister([Problem("", 0, "", "должен быть один объект JSON со списками записей.")])
    problems = Problems()
    read = {name: [reader(each) for each in entries(content, name, problems)] for name, (reader, _) in STEPS.items()}
    if not any(name in content for name in STEPS):
        problems.add(Problem("", 0, "", f"нет ни одного из списков: {', '.join(REGISTERS)}."))
    problems.refuse_if_any()
    lock_name("registers", "import")  # two files at once would wait for each other's rows in turn
    if read["known_workplaces"]:
        # a file names thousands of employers. Before any row: who finishes a check has an employer's lock first, and then waits
        # for the row of an organization that is written here
        lock_kind("employer")
    _other_owners(read["organizations"], problems)
    problems.refuse_if_any()
    done = Imported()
    now = timezone.now()
    for name, (_, write) in STEPS.items():
        write(read[name])
        done.counts[name] = len(read[name])
        if name in content:
            LoadedRegister.objects.update_or_create(
                register=name, defaults={"loaded_at": now, "entries": len(read[name])}
            )
    record("registers.imported", subject, actor=actor, organization=organization, **done.counts)
    return done


# --- reading: an entry → what its row holds


def _read_organization(entry: Entry) -> dict[str, Any]:
    accreditation = entry.part("accreditation")
    return {
        "number": entry.plain("reg", 20),
        "entry": entry.number,
        "columns": {
            "registered_on": entry.day("reg_date"),
            "name": entry.text("name", NAME_MAX),
            "inn": entry.text("inn", 12),
            "ogrn": entry.text("ogrn", 15),
            "accreditation_number": accreditation.text("number", 40, must=False),
            "accredited_on": accreditation.day("issued"),
            "accredited_till": accreditation.day("expires"),
        },
        "statuses": [
            {
                "status": period.word("status", ORGANIZATION_STATUSES),
                "since": period.day("since", must=True),
                "till": period.day("till"),
            }
            for period in entry.parts("status_history", must=True)
        ],
    }


def _read_expert(entry: Entry) -> dict[str, Any]:
    return {
        "registration_number": entry.plain("reg_no", 20),
        "defaults": {
            "last_name": entry.text("last", 100),
            "first_name": entry.text("first", 100),
            "middle_name": entry.text("middle", 100, must=False),
            "certificate_number": entry.text("cert_no", 60),
            "certificate_issued": entry.day("cert_issued"),
            "certificate_expires": entry.day("cert_expires"),
            "annulled_on": entry.day("annulled"),
            "organization_number": entry.plain("org_reg", 20, must=False),
        },
    }


def _read_sout_id(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.plain("id", 20),
        "defaults": {
            "organization_number": entry.plain("org_reg", 20),
            "employer_inn": entry.text("employer_inn", 12),
            "contract_date": entry.day("contract_date"),
            "issued_on": entry.day("issued"),
            "status": entry.word("status", SOUT_ID_STATUSES),
        },
    }


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """`actual` False: the place is no longer in force, and leaves where the register had named it before."""

    inn: str
    label: str
    approved: date | None
    entry: in_force.Entry
    actual: bool


def _read_workplace(entry: Entry) -> KnownPlace:
    written = entry.text("number", 200)
    position, subunit = entry.text("position", 2000), entry.text("subunit", 2000, must=False)
    row = in_force.Entry(
        number=written,
        number_key=normalize_number(written),
        position=position,
        subunit=subunit,
        position_key=normalize_text(position),
        unit_key=normalize_text(subunit),
        snils=tuple(_digits(each)[:20] for each in entry.texts("snils", 40)),
        final_class=entry.text("final_class", 4, must=False),
    )
    return KnownPlace(
        inn=entry.text("employer_inn", 12),
        label=entry.text("report", 60, must=False),
        approved=entry.day("approved"),
        entry=row,
        actual=bool(entry.row.get("actual", True)),
    )


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isdigit())


def _other_owners(rows: Sequence[dict[str, Any]], problems: Problems) -> None:
    """A number of the register belongs to one organization of the cabinet; two in the file, or one here and another there, is a
    slip that would stop the import in its middle."""
    numbers = [row["number"] for row in rows]
    known = {
        number: (inn, ogrn)
        for number, inn, ogrn in Organization.objects.filter(sout_registration_number__in=numbers).values_list(
            "sout_registration_number", "inn", "ogrn"
        )
    }
    for row in rows:
        said = (row["columns"]["inn"], row["columns"]["ogrn"])
        owner = known.setdefault(row["number"], said)
        if owner != said:
            message = (
                f"№ {row['number']} уже принадлежит организации с ИНН {owner[0]} и ОГРН {owner[1]},"
                f" а в записи ИНН {said[0]} и ОГРН {said[1]}."
            )
            problems.add(Problem("organizations", row["entry"], "reg", message))


# --- writing


def _write_organizations(rows: Iterable[dict[str, Any]]) -> None:
    latest = {row["number"]: row for row in rows}
    written = _upsert(
        SoutOrganization,
        "registration_number",
        [SoutOrganization(registration_number=number, **row["columns"]) for number, row in latest.items()],
    )
    SoutOrganizationStatus.objects.filter(organization__in=written).delete()
    SoutOrganizationStatus.objects.bulk_create(
        [
            SoutOrganizationStatus(organization=entry, **period)
            for entry in written
            for period in latest[entry.registration_number]["statuses"]
        ],
        batch_size=BATCH,
    )
    of_cabinet = Organization.objects.filter(is_sout_organization=True).exclude(sout_registration_number="")
    known = set(of_cabinet.values_list("sout_registration_number", "inn", "ogrn"))
    for entry in written:
        if (entry.registration_number, entry.inn, entry.ogrn) not in known:
            mark_sout_organization(
                inn=entry.inn, ogrn=entry.ogrn, registration_number=entry.registration_number, full_name=entry.name
            )


def _write_experts(rows: Iterable[dict[str, Any]]) -> None:
    latest = {row["registration_number"]: row["defaults"] for row in rows}
    experts = [Expert(registration_number=number, **columns) for number, columns in latest.items()]
    _upsert(Expert, "registration_number", experts)


def _write_sout_ids(rows: Iterable[dict[str, Any]]) -> None:
    latest = {row["number"]: row["defaults"] for row in rows}
    _upsert(SoutId, "number", [SoutId(number=number, **columns) for number, columns in latest.items()])


def _upsert(model: type[Row], key: str, rows: Sequence[Row]) -> list[Row]:
    """Write rows by their key, in batches: new ones come, known ones take all other columns. No key comes twice."""
    others = [each.name for each in model._meta.concrete_fields if not each.primary_key and each.name != key]
    return model._default_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=[key], update_fields=others
    )


def _write_workplaces(rows: Iterable[KnownPlace]) -> None:
    """Workplaces in force that came from reports outside this system. What the register says replaces what it said before:
    a place that is no more `actual` leaves, and a number that is another place's by now goes to that one."""
    actual: list[tuple[in_force.Entry, in_force.Source]] = []
    standing: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        places = standing[row.inn][row.entry.number_key[: in_force.KEY_LENGTH]]
        if row.actual:
            places.add((row.entry.position_key, row.entry.unit_key))
            actual.append((row.entry, in_force.Source(row.inn, None, row.label, row.approved)))
    if not standing:
        return
    in_force.forget_imported(standing)
    in_force.take_each(sorted(actual, key=lambda pair: (pair[1].employer_inn, pair[1].label)))


STEPS: dict[str, tuple[Callable[[Entry], Any], Callable[[Any], None]]] = {
    "organizations": (_read_organization, _write_organizations),
    "experts": (_read_expert, _write_experts),
    "sout_ids": (_read_sout_id, _write_sout_ids),
    "known_workplaces": (_read_workplace, _write_workplaces),
}
