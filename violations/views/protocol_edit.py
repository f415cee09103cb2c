"""A draft of a protocol: places, commission, document. Saving says nothing about completeness; conflicts stand at their places.

The rows come in pages: a report whose numbers all begin with 1 again has thousands. Every button saves what was typed first.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.acting import acting_of
from core.doors import door
from core.keys import key_of
from core.moves import WrongState
from core.tables import Column, Page, Table, build, typed_text
from core.versions import Stale, posted_version
from violations.flags.selectors import PREPARE, may_open_expertise
from violations.protocols import conflicts, selectors
from violations.protocols.actions import NotReady, freeze, save_draft
from violations.protocols.conflicts import Conflicts
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.rows import DecisionRow, rows_of
from violations.protocols.selectors import Person
from violations.protocols.states import ProtocolState
from violations.views.protocol_forms import DraftForm
from violations.views.scope import SIGN, own_protocol

COLUMNS = [
    Column("place", "Рабочее место", sort="id"),
    Column("old", "Прежний номер"),
    Column("new", "Новый номер"),
    Column("liquidated", "Ликвидация"),
    Column("remove", "<Убрать>"),
]
SIZE = 25
ONLY_CONFLICTS = "conflicts"


@door(read=["GET"], write=["POST"], right=PREPARE)
def protocol_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    protocol = own_protocol(request, uid)
    if protocol.state != ProtocolState.DRAFT:
        return redirect("violations:protocol", uid=uid)
    if request.method == "POST":
        return _save(request, protocol)
    return DraftPage(request, protocol).answer()


@door(read=["POST"], right=PREPARE)
def protocol_check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The conflicts of what is typed and not saved yet, for the page to show at once."""
    protocol = own_protocol(request, uid)
    return DraftPage(request, protocol, data=request.POST).conflicts_only()


class DraftPage:
    """One look at a draft: a page of its rows, the whole of its conflicts."""

    def __init__(self, request: HttpRequest, protocol: CommissionProtocol, *, data: QueryDict | None = None) -> None:
        self.request = request
        self.protocol = protocol
        self.acting = acting_of(request)
        self.decisions = rows_of(protocol)
        saved = [Person.of(member) for member in selectors.members_of(protocol)]
        self.saved_members = saved
        self.table, self.page = self._rows_of_page(saved)
        self.form = DraftForm(protocol, self.table.rows, saved, data=data)
        for shown in self.form.rows:
            shown.may_open_place = shown.row.workplace.report.is_readable_by(self.acting)

    def _rows_of_page(self, members: list[Person]) -> tuple[Table, Page]:
        rows: QuerySet[ProtocolRow] = ProtocolRow.objects.filter(protocol=self.protocol)
        if self.only_conflicts:
            found = self._conflicts(self.decisions, members, self.protocol.number, self.protocol.date)
            rows = rows.filter(pk__in=list(found.rows))
        rows = rows.select_related("workplace__report")
        rows = rows.defer("workplace__fragment", "workplace__details", "workplace__report__header")
        return build(self.request, rows, COLUMNS, default="place", size=SIZE)

    @property
    def only_conflicts(self) -> bool:
        return self.request.GET.get("only") == ONLY_CONFLICTS

    def _conflicts(self, rows: list[DecisionRow], members: list[Person], number: str, day: Any) -> Conflicts:
        return conflicts.find_all(self.protocol, rows, members, number=number, day=day, today=selectors.today())

    def found(self) -> Conflicts:
        """Conflicts with what is typed on this page put over what is saved."""
        form = self.form
        bound = form.data is not None
        valid_head = bound and form.head.is_valid()
        if bound:
            form.is_valid()
        typed = form.typed_rows() if bound else {}
        for row in self.decisions:
            if row.pk in typed:
                row.new_number, row.liquidated = typed[row.pk].new_number, typed[row.pk].liquidated
        saved = {"number": self.protocol.number, "date": self.protocol.date}
        values: dict[str, Any] = form.head.cleaned_data if valid_head else saved
        found = self._conflicts(self.decisions, form.persons, values["number"], values["date"])
        for shown in form.rows:
            shown.conflicts = found.rows.get(shown.row.pk, [])
        return found

    def answer(self, *, stale: CommissionProtocol | None = None, status: int = 200) -> HttpResponse:
        found = self.found()
        query = typed_text(self.request, "find", 100)
        context = self._common(found) | {
            "form": self.form,
            "error_forms": self.form.all_forms() if self.form.data is not None and stale is None else [],
            "table": self.table,
            "page": self.page,
            "stale": stale,
            "saved_members": self.saved_members if stale is not None else [],
            "kept_members": selectors.kept_members(self.acting, but=self.form.persons),
            "find": query,
            "found_places": selectors.search_places(self.protocol, query, self.acting) if query else [],
            "only_conflicts": self.only_conflicts,
            "gone": sum(row.liquidated for row in self.decisions),
            "reports": [
                (report, may_open_expertise(report, self.acting)) for report in selectors.reports_of(self.protocol)
            ],
            "notes": self.protocol.import_notes,
            "may_sign": self.acting.holds(SIGN),
        }
        return render(self.request, "violations/protocol_edit.html", context, status=status)

    def conflicts_only(self) -> HttpResponse:
        context = self._common(self.found()) | {"rows": self.form.rows, "swap": True}
        return render(self.request, "violations/_protocol_conflicts.html", context)

    def _common(self, found: Conflicts) -> dict[str, Any]:
        return {
            "protocol": self.protocol,
            "found": found,
            "told": conflicts.told(found),
            "total": len(self.decisions),
            "swap": False,
        }


def _save(request: HttpRequest, protocol: CommissionProtocol) -> HttpResponse:
    page = DraftPage(request, protocol, data=request.POST)
    verb, _, argument = request.POST.get("do", "save").partition(":")
    key = key_of(argument)
    if not page.form.is_valid():
        return page.answer(status=422)
    try:
        saved = save_draft(
            protocol,
            page.form.typed(
                without_member=key if verb == "remove_member" else None,
                blank_member=verb == "add_member",
                kept=selectors.kept_person(page.acting, key) if verb == "add_kept" and key is not None else None,
            ),
            version=posted_version(request.POST.get("version", "")),
            acting=page.acting,
            without=[key] if verb == "remove_row" and key is not None else (),
            adding=[key] if verb == "add" and key is not None else (),
        )
    except Stale as stale:
        return _stale(request, stale.saved)
    except WrongState:
        messages.warning(
            request, "Пока вы правили, протокол подготовили к подписанию или отправили. Правки не сохранены."
        )
        return redirect("violations:protocol", uid=protocol.uid)
    return _next(request, saved, verb, page)


def _stale(request: HttpRequest, fresh: CommissionProtocol) -> HttpResponse:
    """Somebody saved meanwhile: what was typed stays in the fields, what is saved now stands beside."""
    page = DraftPage(request, own_protocol(request, fresh.uid), data=request.POST)
    return page.answer(stale=page.protocol, status=409)


def _next(request: HttpRequest, saved: CommissionProtocol, verb: str, page: DraftPage) -> HttpResponse:
    here = request.get_full_path()
    if verb == "sign":
        return _freeze(request, saved)
    if verb == "next" and page.page.next_url:
        return redirect(page.page.next_url)
    if verb == "find":
        query = QueryDict(mutable=True)
        query["find"] = request.POST.get("find", "")
        return redirect(f"{reverse('violations:protocol_edit', args=[saved.uid])}?{query.urlencode()}#find")
    if verb == "save":
        messages.success(request, "Черновик сохранён.")
    anchor = {
        "add_member": "#commission",
        "remove_member": "#commission",
        "add_kept": "#commission",
        "add": "#find",
    }.get(verb, "#content")
    return redirect(here + anchor)


def _freeze(request: HttpRequest, saved: CommissionProtocol) -> HttpResponse:
    acting = acting_of(request)
    try:
        freeze(saved, version=saved.version, acting=acting)
    except NotReady as not_ready:
        told = conflicts.told(not_ready.conflicts)
        messages.error(request, f"Черновик сохранён, но отправить его нельзя: {told}.")
        # A redirect without a fragment keeps the one of the page before: «#commission» after «Исключить».
        return redirect(f"{reverse('violations:protocol_edit', args=[saved.uid])}#conflicts-summary")
    except (Stale, WrongState):
        return redirect("violations:protocol", uid=saved.uid)
    return redirect("violations:protocol_sign" if acting.holds(SIGN) else "violations:protocol", uid=saved.uid)
