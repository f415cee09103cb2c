"""The registers as one file: what a second file changes, and what is refused."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from registries.importing import BadRegister, import_registers
from registries.models import Expert, SoutOrganization, WorkplaceInForce
from violations.check.registers import DatabaseRegisters
from violations.rules.context_file import ContextFileRegisters

pytestmark = pytest.mark.django_db
INN = "7726014581"


def known(number: str, position: str, **fields: Any) -> dict[str, Any]:
    given = {"employer_inn": INN, "number": number, "position": position, "subunit": "Цех", "report": "17"}
    return given | fields


def in_force() -> dict[str, str]:
    return dict(WorkplaceInForce.objects.filter(employer_inn=INN).values_list("number_key", "position"))


def places(*rows: dict[str, Any]) -> dict[str, str]:
    import_registers({"known_workplaces": list(rows)})
    return in_force()


def test_a_place_that_is_no_more_actual_leaves():
    assert places(known("1", "Токарь"), known("2", "Повар")) == {"1": "Токарь", "2": "Повар"}
    assert places(known("01", "Токарь", actual=False), known("2", "Повар")) == {"2": "Повар"}


def test_a_number_goes_to_the_place_that_has_it_now():
    places(known("1", "Токарь", approved="2026-10-01"))
    assert places(known("1", "Слесарь", approved="2025-10-01")) == {"1": "Слесарь"}


def test_history_beside_what_stands_changes_nothing():
    rows = (known("1", "Токарь", actual=False), known("1", "Слесарь"))
    assert places(*rows) == places(*rows) == {"1": "Слесарь"}


def test_what_a_report_of_the_system_holds_is_left_alone():
    places(known("1", "Токарь"))
    WorkplaceInForce.objects.update(report_uid=uuid.uuid4())
    assert places(known("1", "Токарь", actual=False), known("1", "Слесарь")) == {"1": "Токарь"}


ORGANIZATION = {"reg": "417", "name": "ООО «Норма»", "inn": "7708451236", "ogrn": "1157746002314"}


def test_without_a_history_an_organization_keeps_the_one_it_has():
    history = [{"status": "active", "since": "2015-11-12"}]
    import_registers({"organizations": [ORGANIZATION | {"status_history": history}]})
    for missing in ({}, {"status_history": None}, {"status_history": ["active"]}):
        with pytest.raises(BadRegister, match="status_history"):
            import_registers({"organizations": [ORGANIZATION | missing]})
    assert SoutOrganization.objects.get().statuses.count() == 1


@pytest.mark.parametrize("written", ["0815", "815", "+815"])
def test_an_experts_number_has_one_form_in_both_providers(written):
    row = {"reg_no": written, "last": "Пробнов", "first": "Иван", "cert_no": "1"}
    import_registers({"experts": [row]})
    assert Expert.objects.get().registration_number == "815"
    for asked in (DatabaseRegisters(), ContextFileRegisters({"experts": [row]})):
        assert list(asked.experts(["815"])) == ["815"]
