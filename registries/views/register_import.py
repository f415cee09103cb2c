"""One uploaded register file: being read, loaded with its counts, or refused with what is wrong and where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.acting import acting_of
from core.doors import door
from registries.models import KEEP, RegisterImport
from registries.reading import REGISTERS
from registries.states import ImportState


@door(read=["GET"], right=KEEP)
def register_import(request: HttpRequest, uid: UUID) -> HttpResponse:
    return render(request, "registries/register_import.html", _context(_own(request, uid)))


@door(read=["GET"], right=KEEP)
def register_import_status(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A part of the page for htmx; opened by itself it leads to the whole page."""
    received = _own(request, uid)
    if not request.htmx:  # type: ignore[attr-defined]  # set by django_htmx.middleware
        return redirect("registries:register_import", uid=uid)
    return render(request, "registries/register_import_status.html", _context(received))


def _own(request: HttpRequest, uid: UUID) -> RegisterImport:
    rows = RegisterImport.objects.visible_to(acting_of(request))
    return get_object_or_404(rows.select_related("file", "uploaded_by"), uid=uid)


def _context(received: RegisterImport) -> dict[str, Any]:
    return {
        "received": received,
        "is_live": received.state == ImportState.RECEIVED,
        "counts": [(title, received.counts.get(name, 0)) for name, title in REGISTERS.items()],
        "hidden": max(0, received.problems_total - len(received.problems)),
    }
