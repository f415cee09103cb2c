"""What the pages of one flag share: its facts, the other side of the comparison, what was said of it, its history."""

from __future__ import annotations

from typing import Any

from violations.flags import selectors
from violations.flags.models import Flag, FlagChange
from violations.inspection.selectors import decisions, exchanges
from violations.protocols.rows import report_name

WORDS = {
    "raised": "Признак найден при повторной проверке",
    "updated": "Признак уточнён",
    "cleared": "Признак погашен",
    "reopened": "Признак найден снова",
    "obsolete": "Признак утратил силу",
    "questioned": "Инспектор задал вопрос работодателю",
    "explained": "Работодатель дал пояснение",
    "overdue": "Срок пояснения истёк",
    "confirmed": "Признак подтверждён инспектором",
    "dismissed": "Признак снят инспектором",
}
VALUES = {"message": "Описание", "found": "Указано", "expected": "Ожидается", "workplace_number": "Номер места"}


def flag_facts(found: Flag, acting: Any) -> dict[str, Any]:
    """Context of the flag's own facts. `found` comes with report, workplace and protocol."""
    (item,) = selectors.shown([found], acting)
    other = selectors.rival(found, acting)
    return {
        "item": item,
        "flag": found,
        "report": found.report,
        "rival": other,
        "rival_report": other.report if other is not None else None,
        "rival_label": report_name(other.report_label) if other is not None else "",
        "changes": _changes(found),
        "exchanges": exchanges(found, acting),
        "decisions": decisions(found),
        "may_read_expertise": selectors.reports_with_flags(acting).filter(pk=found.report_id).exists(),
    }


def _changes(found: Flag) -> list[dict[str, Any]]:
    """The history, latest first; the flag's own beginning last."""
    rows = FlagChange.objects.filter(flag=found).select_related("actor", "organization").order_by("-at", "-pk")
    lines = [
        {
            "at": row.at,
            "who": _who(row),
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


def _who(row: FlagChange) -> str:
    """The person, and in whose name where the history says so."""
    if row.actor is None:
        return ""
    return f"{row.actor.short_name}, {row.organization.name}" if row.organization is not None else row.actor.short_name
