"""A register file of the size that the registers really are: one lock, statements by the batch, the same outcome as row by row."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Organization
from core.locks import lock_kind, lock_name
from registries.importing import import_registers
from registries.models import Expert, SoutId, SoutOrganization, WorkplaceInForce
from tests import factories

pytestmark = pytest.mark.django_db


def employer_inn(number: int) -> str:
    return f"66{number:08d}"


def registers(rows: int, *, last: str = "Пробнов") -> dict[str, Any]:
    """`rows` entries in all: a third are experts, a third ИН СОУТ, a third workplaces of as many employers."""
    third = rows // 3
    return {
        "experts": [
            {"reg_no": str(n), "last": last, "first": "Иван", "cert_no": f"003 {n}", "cert_expires": "2030-01-01"}
            for n in range(1, third + 1)
        ],
        "sout_ids": [
            {
                "id": str(n),
                "org_reg": "417",
                "employer_inn": employer_inn(n),
                "issued": "2026-01-01",
                "status": "active",
            }
            for n in range(1, third + 1)
        ],
        "known_workplaces": [
            {"employer_inn": employer_inn(n), "number": "1", "position": "Токарь", "report": "17", "snils": []}
            for n in range(1, third + 1)
        ],
    }


def cost(content: dict[str, Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        import_registers(content)
    return len(queries)


def test_twenty_thousand_rows(capsys):
    content = registers(20_000)
    started = time.perf_counter()
    import_registers(content)
    first = time.perf_counter() - started
    started = time.perf_counter()
    import_registers(content)
    second = time.perf_counter() - started
    with capsys.disabled():
        print(f"\n20,000 rows of registers: {first:.1f} s, again {second:.1f} s")
    assert (Expert.objects.count(), SoutId.objects.count(), WorkplaceInForce.objects.count()) == (6666, 6666, 6666)
    assert max(first, second) < 60, "and the locks fit the server's table"


def test_statements_grow_by_the_batch(monkeypatch):
    few, many = cost(registers(30)), cost(registers(2_700))
    assert many <= few + 3, "executemany counts as one"
    with CaptureQueriesContext(connection) as queries:
        import_registers(registers(30, last="Другов"))
    assert sum("advisory" in each["sql"] for each in queries) == 2
    assert set(Expert.objects.filter(registration_number__in=["1", "10"]).values_list("last_name", flat=True)) == {
        "Другов"
    }


def test_employers_are_locked_before_any_row():
    """Who finishes a check holds an employer's lock, and may wait for the row of an organization that is written here: the other
    way round they would wait for each other."""
    sout = factories.sout_organization()
    named = {"reg": "777", "name": "Норма", "inn": sout.inn, "ogrn": sout.ogrn, "status_history": [
        {"status": "active", "since": "2015-11-12"}
    ]}  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        import_registers(registers(6) | {"organizations": [named]})
    asked = [each["sql"] for each in queries]
    (locked,) = [place for place, sql in enumerate(asked) if sql.startswith("SELECT pg_advisory_xact_lock(")]
    assert not [sql for sql in asked[:locked] if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert any(sql.startswith('UPDATE "accounts_organization"') for sql in asked[locked:])


def test_of_two_entries_of_one_file_the_later_counts():
    content = registers(6)
    content["experts"].append(content["experts"][0] | {"last": "Второв", "cert_no": "004"})
    content["sout_ids"].append(content["sout_ids"][0] | {"status": "suspended"})
    import_registers(content)
    expert = Expert.objects.get(registration_number="1")
    assert (expert.last_name, expert.certificate_number) == ("Второв", "004")
    assert SoutId.objects.get(number="1").status == "suspended"


def test_a_value_that_is_gone_from_the_file_is_gone_from_the_row():
    content = registers(3)
    import_registers(content)
    del content["experts"][0]["cert_expires"]
    del content["sout_ids"][0]["issued"]
    import_registers(content)
    assert Expert.objects.get().certificate_expires is None
    assert SoutId.objects.get().issued_on is None


def organization(number: int, **changes: Any) -> dict[str, Any]:
    entry = {
        "reg": str(number),
        "name": f"Центр {number}",
        "inn": factories.inn10(5000 + number),
        "ogrn": factories.ogrn13(5000 + number),
        "status_history": [{"status": "active", "since": "2015-11-12"}],
    }
    return entry | changes


def test_organizations_in_batches_keep_periods_and_owners():
    import_registers({"organizations": [organization(n) for n in range(1, 41)]})
    assert Organization.objects.filter(is_sout_organization=True).count() == 40
    few = cost({"organizations": [organization(1)]})
    again = [organization(n, name=f"Новый {n}") for n in range(1, 41)]
    again[0]["status_history"].append({"status": "excluded", "since": "2026-01-01"})
    assert cost({"organizations": again}) == few, "known organizations are marked already"
    first = SoutOrganization.objects.get(registration_number="1")
    assert first.name == "Новый 1"
    assert [each.status for each in first.statuses.all()] == ["active", "excluded"]
    assert SoutOrganization.objects.get(registration_number="40").statuses.count() == 1


def test_places_of_several_employers_leave_and_move_at_once():
    content = registers(9)
    import_registers(content)
    gone, moved, stays = content["known_workplaces"]
    gone["actual"], moved["position"] = False, "Слесарь"
    import_registers({"known_workplaces": [gone, moved, stays]})
    assert dict(WorkplaceInForce.objects.values_list("employer_inn", "position")) == {
        moved["employer_inn"]: "Слесарь",
        stays["employer_inn"]: "Токарь",
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("whole_first", [True, False])
def test_the_whole_kind_and_one_name_wait_for_each_other(whole_first: bool):
    def whole() -> None:
        lock_kind("employer")

    def single() -> None:
        lock_name("employer", "7701000000")

    first, second = (whole, single) if whole_first else (single, whole)
    order: list[str] = []
    held, others = threading.Event(), threading.Event()

    def later() -> None:
        held.wait()
        try:
            with transaction.atomic():
                lock_name("digest", "1")  # another kind does not wait
                others.set()
                second()
                order.append("second")
        finally:
            connections.close_all()

    thread = threading.Thread(target=later)
    thread.start()
    with transaction.atomic():
        first()
        held.set()
        assert others.wait(10)
        time.sleep(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


@pytest.mark.parametrize("lock", [lambda: lock_name("employer", "1"), lambda: lock_kind("employer")])
@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction(lock: Any):
    with pytest.raises(RuntimeError):
        lock()
