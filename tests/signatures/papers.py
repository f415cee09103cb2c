"""МЧД for tests: written by the product's own writer, signed by the demo CA, damaged in one place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from signatures.mchd.power import Granted, Person
from signatures.mchd.writing import Wanted, write_power

CODE = "DEMO_OT_SIGN"
HEAD = Person("11223344595", "770455500191", "Иванов", "Пётр", "Сергеевич", "Директор")
EMPLOYEE = Person("08765430300", "770455500265", "Петрова", "Мария", "Сергеевна", "Специалист по охране труда")


def wanted(**changes: Any) -> Wanted:
    today = timezone.localdate()
    given: dict[str, Any] = {
        "number": str(uuid4()),
        "inner_number": "ОТ-1",
        "issued": today - timedelta(days=1),
        "until": today + timedelta(days=365),
        "organization_name": "ООО «Ромашка»",
        "organization_inn": "7704001236",
        "organization_ogrn": "1027700456783",
        "organization_kpp": "770401001",
        "head": HEAD,
        "representative": EMPLOYEE,
        "powers": (Granted(CODE, "Подписание документов"),),
        "birth_date": date(1985, 3, 8),
    }
    return Wanted(**(given | changes))


def paper(*replaced: tuple[str, str], **changes: Any) -> bytes:
    """The XML; every ``replaced`` pair must be found in it."""
    text = write_power(wanted(**changes)).decode()
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def codes(*names: str) -> Sequence[Granted]:
    return tuple(Granted(name, f"Полномочие {name}") for name in names)
