"""Invented people, organizations and reports for tests. Check digits are valid; every call makes somebody new."""

from __future__ import annotations

import functools
import itertools
import re
import zlib
from collections.abc import Iterable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.acting import SESSION_GRANT, Acting, acting_by
from accounts.models import Branch, Grant, Inspectorate, Organization, SignInSession, Source, User
from accounts.sessions import SESSION_ROW
from core.files import store
from registries.workplace_keys import number_sort_key
from simulators.sout_reports import sample_spec, write_report
from sout_reports.document.model import MeasurementProtocol, WorkplaceKind
from sout_reports.document.model import Workplace as Parsed
from sout_reports.document.reader import read_report
from sout_reports.models import SoutReport, Workplace, WorkplaceFactor, WorkplaceWorker
from sout_reports.states import State, Verdict


@functools.cache
def fragments() -> dict[str, bytes]:
    """Kept XML of a measured workplace and of a measurement protocol, as intake keeps them."""
    stream = BytesIO()
    write_report(stream, sample_spec("plant", workplaces=12, seed=3))
    stream.seek(0)
    found: dict[str, bytes] = {}
    for thing, fragment in read_report(stream, with_fragments=True):
        if isinstance(thing, Parsed) and thing.kind == WorkplaceKind.ATTESTED:
            found.setdefault("card", zlib.compress(fragment or b""))
        elif isinstance(thing, MeasurementProtocol):
            found.setdefault("protocol", zlib.compress(fragment or b""))
    return found


_count = itertools.count(1)
_DEFAULT: Any = object()


def inn10(number: int) -> str:
    head = f"77{number:07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return head + str(sum(int(d) * w for d, w in zip(head, weights, strict=True)) % 11 % 10)


def ogrn13(number: int) -> str:
    head = f"12677{number:07d}"
    return head + str(int(head) % 11 % 10)


def snils(number: int) -> str:
    head = f"{150_000_000 + number:09d}"
    total = sum(int(d) * w for d, w in zip(head, range(9, 0, -1), strict=True)) % 101
    return head + f"{0 if total == 100 else total:02d}"


def organization(**fields: Any) -> Organization:
    number = next(_count)
    values = {
        "inn": inn10(number),
        "ogrn": ogrn13(number),
        "kpp": "770101001",
        "esia_oid": 2_100_000_000 + number,  # the demo's begin at 2_000_000_001
        "full_name": f"Общество с ограниченной ответственностью «Проба {number}»",
        "short_name": f"ООО «Проба {number}»",
        "region": "77",
        "claimed_at": timezone.now(),
    }
    return Organization.objects.create(**(values | fields))


def sout_organization(**fields: Any) -> Organization:
    number = next(_count)
    return organization(is_sout_organization=True, sout_registration_number=str(90_000 + number), **fields)


def inspectorate(kind: Inspectorate = Inspectorate.TERRITORIAL, region: str = "77", **fields: Any) -> Organization:
    """A supervising body; a territorial one supervises `region`."""
    return organization(is_employer=False, is_inspectorate=True, inspectorate=kind, region=region, **fields)


def user(**fields: Any) -> User:
    number = next(_count)
    values = {
        "esia_oid": 1_500_000_000 + number,  # the demo's begin at 1_000_000_001
        "last_name": "Пробная",
        "first_name": "Анна",
        "middle_name": f"Номер-{number}",
        "snils": snils(number),
    }
    return User.objects.create(**(values | fields))


def grant(
    person: User,
    where: Organization,
    *,
    branch: Branch | None = None,
    rights: Iterable[str] = (),
    is_admin: bool | None = None,
) -> Grant:
    """A grant in force; without rights an administrator's."""
    codes = [str(right) for right in rights]
    admin = not codes if is_admin is None else is_admin
    return Grant.objects.create(
        user=person, organization=where, branch=branch, is_admin=admin, rights=codes, source=Source.DEMO
    )


def acting(
    where: Organization | None = None, *, branch: Branch | None = None, rights: Iterable[str] = (), **names: str
) -> Acting:
    """Somebody new who acts for an organization: an administrator, or one with just these rights."""
    place = where or organization()
    given = grant(user(**names), place, branch=branch, rights=rights)
    return acting_by(given, given.user)


def sign_in(client: Client, who: Acting) -> Client:
    """The client acts as `who` from now on."""
    client.force_login(who.user)
    session = client.session
    session[SESSION_GRANT] = who.grant.pk
    session.save()
    if who.grant.pk is not None:
        SignInSession.objects.filter(pk=session[SESSION_ROW]).update(grant=who.grant)
    return client


def report(employer: Organization | None = _DEFAULT, by: Acting | None = None, **fields: Any) -> SoutReport:
    """An accepted report with no workplaces; give `state` for others."""
    number = next(_count)
    brought_by = by or acting(sout_organization())
    owner = organization() if employer is _DEFAULT else employer
    stored = store(
        BytesIO(b"<Attestation/>" + str(number).encode()), name="report.xml", actor=brought_by, purpose="sout_report"
    )
    now = timezone.now()
    state = fields.get("state", State.ACCEPTED)
    values: dict[str, Any] = {
        "number": 1_000_000 + number,
        "state": state,
        "file": stored,
        "sha256": stored.sha256,
        "organization": brought_by.organization,
        "uploaded_by": brought_by.user,
        "received_at": now,
        "employer": owner,
        "employer_name": owner.full_name if owner else "",
        "employer_inn": owner.inn if owner else "",
        "region": owner.region if owner else "",
        "sout_organization_name": brought_by.organization.full_name,
        "sout_id": str(700_000 + number),
        "approved_on": date.today() - timedelta(days=10),
        "header": {
            "committee": [],
            "committee_names": [],
            "employer": {},
            "organization": {},
            "experts": {},
            "tools": {},
        },
    }
    if state in {State.ACCEPTED, State.SUPERSEDED}:
        values |= {"verdict": Verdict.CONFORMS, "accepted_at": now}
    if state == State.SUPERSEDED:
        values["superseded_at"] = now
    if state == State.REFUSED:
        values["refused_at"] = now
    return SoutReport.objects.create(**(values | fields))


def workplace(
    of: SoutReport, *, snils: Iterable[str] = (), factors: dict[int, str] | None = None, **fields: Any
) -> Workplace:
    """One more workplace of a report."""
    ordinal = Workplace.objects.filter(report=of).count() + 1
    number = str(fields.pop("number", ordinal))
    values: dict[str, Any] = {
        "report": of,
        "ordinal": ordinal,
        "kind": "WorkPlaceAttested",
        "path": f"/Attestation/Enterprise/WorkPlaceAttested[{ordinal}]",
        "number": number,
        "current_number": number,
        "number_order": number_sort_key(number),
        "position": "Бухгалтер",
        "subunit": "Бухгалтерия",
        "workers": 1,
        "final_class": "2",
        "conditions": "2",
        "fragment": zlib.compress(b"<WorkPlaceAttested/>"),
    }
    made = Workplace.objects.create(**(values | fields))
    WorkplaceFactor.objects.bulk_create(
        WorkplaceFactor(workplace=made, factor=n, conditions=c) for n, c in (factors or {}).items()
    )
    WorkplaceWorker.objects.bulk_create(WorkplaceWorker(workplace=made, snils=each) for each in snils)
    return made


def page_of(answer: Any) -> str:
    """The page of an answer without what changes with every one: the form's token, the seconds left in the session."""
    lines = (line for line in answer.content.decode().splitlines() if "csrfmiddlewaretoken" not in line)
    return re.sub(r'(data-session-[a-z]+|data-(?:idle|whole))="-?\d+"', r'\1=""', "\n".join(lines))


def selects(client: Client, address: str, **query: str) -> int:
    """How many questions a page asks of the database, those of its frame (menu, bell) left out."""

    def asked(url: str, values: dict[str, str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url, values).status_code == 200
        return sum(each["sql"].startswith("SELECT") for each in queries)

    return asked(address, query) - asked(reverse("core:help"), {})
