"""A draft from a flag, from several ticked ones, or from all of a report. A POST goes on to the draft."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from accounts.acting import acting_of
from core.doors import door
from core.keys import key_of
from core.templatetags.formats import counted
from violations.flags.models import Flag
from violations.flags.selectors import PREPARE
from violations.protocols.actions import Drafted, NothingToDecide, draft_from_flags

PLACE_WORDS = "рабочее место,рабочих места,рабочих мест"
AT_ONCE = 1000


@door(write=["POST"], right=PREPARE)
def protocol_new(request: HttpRequest) -> HttpResponse:
    chosen = _chosen(request)
    if chosen is None:
        messages.warning(request, "Отметьте признаки, о которых комиссия приняла решение.")
        return redirect(_list(request))
    try:
        made = draft_from_flags(chosen, acting=acting_of(request))
    except NothingToDecide as nothing:
        messages.warning(request, str(nothing))
        return redirect(_list(request))
    _tell(request, made)
    return redirect("violations:protocol_edit", uid=made.protocol.uid)


def _chosen(request: HttpRequest) -> QuerySet[Flag] | None:
    """The posted flags, as they came: the action asks which of them are this employer's."""
    report = request.POST.get("report", "")
    if report:
        try:
            return Flag.objects.filter(report__uid=UUID(report))
        except ValueError:
            return None
    keys = [key for text in request.POST.getlist("flag")[:AT_ONCE] if (key := key_of(text)) is not None]
    return Flag.objects.filter(pk__in=keys) if keys else None


def _list(request: HttpRequest) -> str:
    """The list of flags with the filters that it had."""
    query = QueryDict(request.POST.get("list", "")[:2000]).urlencode()
    return f"{reverse('violations:flags')}?{query}".rstrip("?")


def _tell(request: HttpRequest, made: Drafted) -> None:
    if made.elsewhere:
        places = counted(made.elsewhere, PLACE_WORDS)
        named = ", ".join(str(protocol) for protocol in made.others[:5])
        where = f" (протокол {named})" if named else ""
        messages.info(request, f"Уже в других неотправленных протоколах: {places}{where}.")
    if made.added:
        messages.success(
            request, f"Черновик создан: {counted(made.added, PLACE_WORDS)}. Номера предложены, проверьте их."
        )
