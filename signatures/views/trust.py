"""«Удостоверяющие центры и списки отзыва»: whom the system trusts and how fresh its revocation lists are.  No personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.doors import door
from core.tables import Column, Filters, build, search
from signatures import authorities
from signatures.models import TrustedCertificate
from signatures.trust import RevocationPolicy

COLUMNS = [
    Column("name", "Удостоверяющий центр", sort="subject"),
    Column("status", "Аккредитация"),
    Column("until", "Сертификат действует", sort="not_after"),
    Column("lists", "Последний список отзыва"),
    Column("fetching", "Загрузка по адресам УЦ"),
]


def _by_text(rows: QuerySet[TrustedCertificate], text: str) -> QuerySet[TrustedCertificate]:
    return rows.filter(
        Q(subject__icontains=text)
        | Q(authority__name__icontains=text)
        | Q(authority__inn=text)
        | Q(authority__registry_number=text)
    )


FILTERS = [search("q", "Название, ИНН или № в реестре", _by_text)]


@door(read=["GET"], signed_in=True)
def trust(request: HttpRequest) -> HttpResponse:
    now: datetime = timezone.now()
    filters = Filters(request, FILTERS)
    table, page = build(request, filters.apply(authorities.listed(now)), COLUMNS, default="name", size=25)
    found = filters.values["q"]
    context: dict[str, Any] = {
        "filters": filters,
        "table": table,
        "page": page,
        "rows": authorities.described(table.rows, now),
        "ended": authorities.ended(found) if found else [],
        "list": authorities.last_import(),
        "list_address": authorities.list_address(),
        "fetches": settings.SIGNATURE_FETCH_CRLS,
        "later": settings.SIGNATURE_REVOCATION == RevocationPolicy.LATER,
    }
    return render(request, "signatures/trust.html", context)
