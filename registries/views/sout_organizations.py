"""The register of organizations that make the special assessment, as it is loaded."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.doors import door
from core.tables import Column, Filters, build, choice, search
from registries.models import KEEP, SoutOrganization, SoutOrganizationStatus
from registries.register_numbers import plain_integer
from registries.selectors import STATUS_WORDS, status_on

COLUMNS = [
    Column("name", "Организация", sort="name"),
    Column("number", "№ в реестре"),
    Column("status", "Состояние"),
    Column("registered", "Внесена"),
    Column("accreditation", "Аккредитация лаборатории"),
]
TONES = {"active": "good", "suspended": "careful", "terminated": "stop", "excluded": "stop"}


def _by_status(rows: QuerySet[SoutOrganization], value: str) -> QuerySet[SoutOrganization]:
    today = timezone.localdate()
    periods = SoutOrganizationStatus.objects.filter(organization=OuterRef("pk"), status=value, since__lte=today)
    return rows.filter(Exists(periods.filter(Q(till=None) | Q(till__gte=today))))


def _by_text(rows: QuerySet[SoutOrganization], text: str) -> QuerySet[SoutOrganization]:
    return rows.filter(Q(registration_number=plain_integer(text)) | Q(inn=text) | Q(name__icontains=text))


FILTERS = [
    search("q", "Наименование, ИНН или № в реестре", _by_text),
    choice("status", "Состояние", list(STATUS_WORDS.items()), _by_status),
]


@door(read=["GET"], right=KEEP)
def sout_organizations(request: HttpRequest) -> HttpResponse:
    filters = Filters(request, FILTERS)
    rows = filters.apply(SoutOrganization.objects.prefetch_related("statuses"))
    table, page = build(request, rows, COLUMNS, default="name", size=25)
    context = {"filters": filters, "table": table, "page": page, "rows": [_row(each) for each in table.rows]}
    return render(request, "registries/sout_organizations.html", context)


def _row(entry: SoutOrganization) -> dict[str, Any]:
    periods = [(each.status, each.since, each.till) for each in entry.statuses.all()]
    status, since = status_on(periods, timezone.localdate())
    words = STATUS_WORDS.get(status, status) or "Не указано"
    return {"entry": entry, "status": words, "since": since, "tone": TONES.get(status, "plain")}
