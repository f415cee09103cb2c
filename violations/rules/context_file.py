"""Registers and known workplaces from one JSON file: what `check_report --context` and the tests ask.

The file holds a cut of the registers on the day `as_of`: `organizations`, `experts`, `sout_ids`, `known_workplaces` and,
where wanted, `accepted_reports`. Dates are ISO 8601.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from core.identifiers import normalize_snils
from registries.register_numbers import plain_integer
from registries.workplace_keys import normalize_number, normalize_text
from violations.rules.registers import (
    AcceptedReport,
    ExpertEntry,
    KnownWorkplace,
    OrganizationEntry,
    PlaceKey,
    SoutIdEntry,
    StatusPeriod,
)


class ContextFileError(Exception):
    """The file is not a context file; the message is a whole Russian sentence."""


class ContextFileRegisters:
    """`violations.rules.registers.Registers` over a parsed context file."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        """Raises ContextFileError when a record lacks a field or a date is no date."""
        try:
            self.as_of = _day(content.get("as_of"))
            organizations = map(_organization, content.get("organizations", ()))
            experts = map(_expert, content.get("experts", ()))
            self._organizations = {entry.registration_number: entry for entry in organizations}
            self._experts = {entry.registration_number: entry for entry in experts}
            self._sout_ids = {entry.number: entry for entry in map(_sout_id, content.get("sout_ids", ()))}
            self._accepted = {
                plain_integer(str(record["sout_id"])): AcceptedReport(str(record["number"]), record["sha256"])
                for record in content.get("accepted_reports", ())
            }
            self._by_number: dict[tuple[str, str], list[KnownWorkplace]] = defaultdict(list)
            self._by_place: dict[tuple[str, PlaceKey], list[KnownWorkplace]] = defaultdict(list)
            for record in content.get("known_workplaces", ()):
                self._add_workplace(record)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ContextFileError(f"Файл сведений из реестров заполнен неверно: {error}.") from error

    def organization(self, registration_number: str) -> OrganizationEntry | None:
        return self._organizations.get(registration_number)

    def experts(self, numbers: Collection[str]) -> dict[str, ExpertEntry]:
        return {number: self._experts[number] for number in numbers if number in self._experts}

    def sout_id(self, number: str) -> SoutIdEntry | None:
        return self._sout_ids.get(number)

    def is_corrected(self, known: KnownWorkplace, replaces_report: str) -> bool:
        """By the label: in a file a report has nothing else to be known by."""
        return known.report == replaces_report.removeprefix("№").strip()

    def workplaces_by_number(self, inn: str, numbers: Collection[str]) -> dict[str, list[KnownWorkplace]]:
        return {number: self._by_number[inn, number] for number in numbers if (inn, number) in self._by_number}

    def workplaces_by_place(self, inn: str, places: Collection[PlaceKey]) -> dict[PlaceKey, list[KnownWorkplace]]:
        return {place: self._by_place[inn, place] for place in places if (inn, place) in self._by_place}

    def accepted_report(self, sout_id: str) -> AcceptedReport | None:
        return self._accepted.get(sout_id)

    def _add_workplace(self, record: Mapping[str, Any]) -> None:
        if not record.get("actual", True):
            return
        known = KnownWorkplace(
            number=record["number"],
            position=record["position"],
            subunit=record["subunit"],
            report=str(record.get("report", "")),
            report_uid=None,
            approved=_day(record.get("approved")),
            snils=tuple(normalize_snils(snils) for snils in record.get("snils", ())),
        )
        inn = record["employer_inn"]
        place = (normalize_text(known.position), normalize_text(known.subunit))
        self._by_number[inn, normalize_number(known.number)].append(known)
        self._by_place[inn, place].append(known)


def load(path: Path) -> ContextFileRegisters:
    """Read a context file. Raises ContextFileError, also when there is no such file or it is not JSON."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContextFileError(f"Не удалось открыть файл сведений из реестров {path}.") from error
    except ValueError as error:
        raise ContextFileError(f"Файл сведений из реестров {path} — не JSON в кодировке UTF-8.") from error
    if not isinstance(content, dict):
        raise ContextFileError(f"Файл сведений из реестров {path} должен содержать объект JSON.")
    return ContextFileRegisters(content)


def _organization(record: Mapping[str, Any]) -> OrganizationEntry:
    return OrganizationEntry(
        registration_number=plain_integer(str(record["reg"])),
        name=record["name"],
        inn=record["inn"],
        ogrn=record["ogrn"],
        statuses=tuple(
            StatusPeriod(period["status"], date.fromisoformat(period["since"]), _day(period.get("till")))
            for period in record["status_history"]
        ),
    )


def _expert(record: Mapping[str, Any]) -> ExpertEntry:
    return ExpertEntry(
        registration_number=plain_integer(str(record["reg_no"])),
        name=" ".join(filter(None, (record["last"], record["first"], record.get("middle")))),
        certificate_number=record["cert_no"],
        certificate_issued=_day(record.get("cert_issued")),
        certificate_expires=_day(record.get("cert_expires")),
        annulled=_day(record.get("annulled")),
    )


def _sout_id(record: Mapping[str, Any]) -> SoutIdEntry:
    return SoutIdEntry(
        number=plain_integer(str(record["id"])),
        organization_registration_number=plain_integer(str(record["org_reg"])),
        employer_inn=record["employer_inn"],
        issued=_day(record.get("issued")),
        status=record["status"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
