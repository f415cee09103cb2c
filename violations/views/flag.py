"""One flag: what, where, by which norm, who clears it, its history."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from core.doors import door
from violations.flags import selectors
from violations.flags.models import Flag, FlagChange
from violations.protocols.rows import report_name
from violations.views.scope import FLAG_READERS, acting_of

LARGEST_KEY = 2**63 - 1
WORDS = {
    "raised": "Признак найден при повторной проверке",
    "updated": "Признак уточнён",
    "cleared": "Признак погашен",
    "reopened": "Признак найден снова",
    "obsolete": "Признак утратил силу",
}
VALUES = {"message": "Описание", "found": "Указано", "expected": "Ожидается", "workplace_number": "Номер места"}


@door(read=["GET"], right=FLAG_READERS)
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    if pk > LARGEST_KEY:
        raise Http404
    acting = acting_of(request)
    found = get_object_or_404(selectors.for_list(acting), pk=pk)
    (item,) = selectors.shown([found], acting)
    other = selectors.rival(found, acting)
    context = {
        "item": item,
        "flag": found,
        "report": found.report,
        "rival": other,
        "rival_report": other.report if other is not None else None,
        "rival_label": report_name(other.report_label) if other is not None else "",
        "changes": _changes(found),
        "may_read_expertise": selectors.reports_with_flags(acting).filter(pk=found.report_id).exists(),
    }
    return render(request, "violations/flag.html", context)


def _changes(found: Flag) -> list[dict[str, Any]]:
    """The history, latest first; the flag's own beginning last."""
    rows = list(FlagChange.objects.filter(flag=found).select_related("actor").order_by("-at", "-pk"))
    lines = [
        {
            "at": row.at,
            "who": row.actor.short_name if row.actor is not None else "",
            "what": WORDS.get(row.what, row.what),
            "values": [
                {"label": VALUES[name], "before": row.before.get(name, ""), "after": row.after.get(name, "")}
                for name in VALUES
                if name in row.after
            ],
            "reason": row.reason,
        }
        for row in rows
    ]
    if any(row.what == "raised" for row in rows):
        return lines
    return [*lines, {"at": found.raised_at, "who": "", "what": "Признак найден", "values": [], "reason": ""}]
