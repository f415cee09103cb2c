"""«Протоколы решения комиссий СОУТ» of the employer."""

from __future__ import annotations

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.acting import acting_of
from core.doors import door, lets_in
from core.tables import Column, Filters, build, choice, search
from violations.flags.models import Flag
from violations.flags.selectors import PREPARE
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.states import ProtocolState
from violations.views.scope import PROTOCOL_READERS

SIGNATURE_BYTES = [f"signature__{name}" for name in ("der", "certificate", "chain", "revocation")]
COLUMNS = [
    Column("date", "Протокол", sort="date"),
    Column("reports", "Отчёты"),
    Column("places", "Рабочих мест", numeric=True),
    Column("cleared", "Погашено признаков", numeric=True),
    Column("state", "Состояние"),
    Column("changed", "Последнее изменение"),
]
STATES = [(state.value, state.label) for state in ProtocolState if state != ProtocolState.WITHDRAWN]
FILTERS = [
    choice("state", "Состояние", STATES, "state"),
    search("number", "Номер", lambda rows, text: rows.filter(number__icontains=text)),
]


@door(read=["GET"], right=PROTOCOL_READERS)
def protocols(request: HttpRequest) -> HttpResponse:
    filters = Filters(request, FILTERS)
    mine = _counted(CommissionProtocol.objects.visible_to(acting_of(request)))
    table, page = build(request, filters.apply(mine), COLUMNS, default="-date")
    acting = acting_of(request)
    flags_url = reverse("violations:flags")
    context = {
        "filters": filters,
        "table": table,
        "page": page,
        "rows": table.rows,
        "may_prepare": acting.holds(PREPARE),
        "flags_url": flags_url if lets_in(flags_url, acting) else "",
    }
    return render(request, "violations/protocols.html", context)


def _counted(protocols: QuerySet[CommissionProtocol]) -> QuerySet[CommissionProtocol]:
    """With numbers of reports, of places and of cleared flags; without the documents."""
    rows = ProtocolRow.objects.filter(protocol=OuterRef("pk")).order_by().values("protocol")
    flags = Flag.objects.filter(protocol=OuterRef("pk")).order_by().values("protocol")
    places = Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    cleared = Subquery(flags.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return (
        protocols.select_related("changed_by", "signature__person")
        .defer("import_notes", *SIGNATURE_BYTES)
        .annotate(
            places=Coalesce(places, 0),
            cleared=Coalesce(cleared, 0),
            reports=Subquery(
                rows.annotate(numbers=ArrayAgg("workplace__report__number", distinct=True)).values("numbers")
            ),
        )
    )
