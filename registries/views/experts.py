"""The register of experts, as it is loaded."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.doors import door
from core.tables import Column, Filters, build, choice, search
from registries.models import KEEP, Expert, SoutOrganization
from registries.register_numbers import plain_integer

COLUMNS = [
    Column("name", "Эксперт", sort="last_name"),
    Column("number", "№ в реестре"),
    Column("status", "Сертификат"),
    Column("term", "Действует"),
    Column("organization", "Организация СОУТ"),
]
STATUSES = [("valid", "Действует"), ("expired", "Срок истёк"), ("annulled", "Аннулирован")]


def _by_status(rows: QuerySet[Expert], value: str) -> QuerySet[Expert]:
    today = timezone.localdate()
    annulled = Q(annulled_on__lte=today)
    expired = Q(certificate_expires__lt=today)
    # a comparison with an empty date is neither true nor false, so «not» must say what it does with it
    alive = Q(annulled_on=None) | Q(annulled_on__gt=today)
    match value:
        case "annulled":
            return rows.filter(annulled)
        case "expired":
            return rows.filter(alive & expired)
        case _:
            return rows.filter(alive & (Q(certificate_expires=None) | Q(certificate_expires__gte=today)))


def _by_text(rows: QuerySet[Expert], text: str) -> QuerySet[Expert]:
    number = plain_integer(text)
    return rows.filter(
        Q(registration_number=number)
        | Q(organization_number=number)
        | Q(certificate_number=text)
        | Q(last_name__istartswith=text.split(maxsplit=1)[0])
    )


FILTERS = [
    search("q", "Фамилия, № эксперта, сертификата или организации", _by_text),
    choice("status", "Сертификат", STATUSES, _by_status),
]


@door(read=["GET"], right=KEEP)
def experts(request: HttpRequest) -> HttpResponse:
    filters = Filters(request, FILTERS)
    table, page = build(request, filters.apply(Expert.objects.all()), COLUMNS, default="name", size=25)
    numbers = {each.organization_number for each in table.rows if each.organization_number}
    named = SoutOrganization.objects.filter(registration_number__in=numbers)
    names = dict(named.values_list("registration_number", "name"))
    context = {
        "filters": filters,
        "table": table,
        "page": page,
        "rows": [_row(each, names) for each in table.rows],
    }
    return render(request, "registries/experts.html", context)


def _row(entry: Expert, names: dict[str, str]) -> dict[str, Any]:
    today = timezone.localdate()
    if entry.annulled_on is not None and entry.annulled_on <= today:
        words, tone = "Аннулирован", "stop"
    elif entry.certificate_expires is not None and entry.certificate_expires < today:
        words, tone = "Срок истёк", "careful"
    else:
        words, tone = "Действует", "good"
    name = " ".join(filter(None, (entry.last_name, entry.first_name, entry.middle_name)))
    return {
        "entry": entry,
        "name": name,
        "status": words,
        "tone": tone,
        "organization": names.get(entry.organization_number, ""),
    }
