"""The second step of a message: to whom. Supervised organizations, found by conditions, by name or all that are found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import acting_of
from accounts.models import Organization
from core.doors import door
from core.keys import key_of
from core.moves import WrongState
from core.tables import Column, Filters, build, choice, number, search, tick
from core.tables.filters import Filter
from core.templatetags.formats import counted
from sout_reports.models import INSPECT, SoutReport
from sout_reports.states import State
from violations.messages import audience
from violations.messages.actions import choose, choose_all, leave_out
from violations.messages.models import SEND, Addressee, Message
from violations.messages.states import Audience, MessageState
from violations.rules.sout import book
from violations.views.message_scope import own_message, posted_keys

NAMED = 20  # chosen recipients that the page names
WORDS = "получатель,получателя,получателей"


def _narrow(name: str, acting: Any) -> Any:
    return lambda rows, value: audience.CONDITIONS[name](rows, value, acting)


def _declared(acting: Any) -> list[Filter]:
    """The conditions that this person may use. Who supervises one region has none to choose."""
    rules = [(rule.code, rule.title) for rule in book]
    declared = [
        search("q", audience.LABELS["q"], _narrow("q", acting)),
        number("region", "Код региона", _narrow("region", acting)),
        choice("rule", audience.LABELS["rule"], rules, _narrow("rule", acting)),
        choice("conditions", audience.LABELS["conditions"], audience.CLASS_CHOICES, _narrow("conditions", acting)),
        tick("open", audience.LABELS["open"], _narrow("open", acting)),
    ]
    known = audience.known_conditions(acting)
    if not acting.supervises_every_region:
        known -= {"region"}
    return [each for each in declared if each.name in known]


def _columns(acting: Any) -> list[Column]:
    columns = [Column("tick", "<Выбрать>"), Column("name", "Организация", sort="short_name")]
    if acting.holds(INSPECT):
        columns.append(Column("flags", "Непогашенных признаков", numeric=True))
    return [*columns, Column("state", "В сообщении")]


def _with_flags(rows: QuerySet[Organization], acting: Any) -> QuerySet[Organization]:
    if not acting.holds(INSPECT):
        return rows
    reports = SoutReport.objects.filter(SoutReport.objects.all().supervised_q(acting), state=State.ACCEPTED)
    totals = reports.filter(employer=OuterRef("pk")).order_by().values("employer").annotate(n=Sum("open_flags"))
    return rows.annotate(flags=Coalesce(Subquery(totals.values("n"), output_field=IntegerField()), 0))


@door(read=["GET"], write=["POST"], right=SEND)
def sent_message_recipients(request: HttpRequest, uid: UUID) -> HttpResponse:
    message = own_message(request, uid)
    if message.state != MessageState.DRAFT:
        return redirect("violations:sent_message", uid=uid)
    acting = acting_of(request)
    filters = Filters(request, _declared(acting))
    if request.method == "POST":
        return _change(request, message, filters)
    theirs = filters.apply(audience.reachable(message, acting))
    columns = _columns(acting)
    rows = audience.with_choices(_with_flags(theirs, acting), message, filters.values["q"])
    table, page = build(request, rows, columns, default="name", size=25)
    is_filtered = message.audience == Audience.FILTERED
    named: list[Addressee] = []
    if is_filtered:
        reach = audience.reach(message, acting)
    else:
        reach, named = audience.named_first(message, acting, NAMED)
    context = {
        "message": message,
        "filters": filters,
        "table": table,
        "page": page,
        "rows": _rows(table.rows),
        "shows_flags": acting.holds(INSPECT),
        "reach": reach,
        "is_filtered": is_filtered,
        "conditions": audience.described(message.filters),
        "named": named,
        "no_territory": message.sender_branch is not None and not audience.sender_acting(message).supervised,
        "step": "recipients",
    }
    return render(request, "violations/sent_message_recipients.html", context)


def _rows(organizations: list[Any]) -> list[dict[str, Any]]:
    """Each organization of the page, its branches after it, and whether the draft names them; `more`: branches that are not
    listed."""
    rows: list[dict[str, Any]] = []
    for each in organizations:
        listed = each.branch_list
        more = each.branch_count - len(listed)
        rows.append(
            {"organization": each, "branch": None, "chosen": each.is_chosen, "more": more, "listed": len(listed)}
        )
        rows += [{"organization": each, "branch": one, "chosen": one["chosen"], "more": 0} for one in listed]
    return rows


def _change(request: HttpRequest, message: Message, filters: Filters) -> HttpResponse:
    verb, _, argument = request.POST.get("do", "").partition(":")
    try:
        _carry_out(request, message, filters, verb, argument)
    except WrongState:
        messages.warning(request, "Сообщение уже отправлено: получатели не изменены.")
        return redirect("violations:sent_message", uid=message.uid)
    return redirect(request.get_full_path())


def _carry_out(request: HttpRequest, message: Message, filters: Filters, verb: str, argument: str) -> None:
    acting = acting_of(request)
    match verb:
        case "all":
            saved = choose_all(message, acting=acting, filters=filters.values)
            messages.success(
                request, f"Получатели заданы условиями. Сейчас: {counted(audience.reach(saved, acting), WORDS)}."
            )
        case "clear":
            leave_out(message, acting=acting)
        case "remove" if (key := key_of(argument)) is not None:
            leave_out(message, acting=acting, addressees=[key])
        case "add":
            organizations, branches = posted_keys(request, "organization"), posted_keys(request, "branch")
            added = choose(message, acting=acting, organizations=organizations, branches=branches)
            if added:
                messages.success(request, f"Добавлено: {counted(added, WORDS)}.")
            else:
                messages.warning(request, "Отметьте организации, которых ещё нет в сообщении.")
