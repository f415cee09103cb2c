"""The catalogue of rules: what is checked, by which norm, how a flag is cleared."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.doors import door
from violations.rules.severity import how_cleared
from violations.rules.sout import book


@door(read=["GET"], signed_in=True)
def rules(request: HttpRequest) -> HttpResponse:
    rows = [{"rule": rule, "how": how_cleared(rule.cleared_by)} for rule in book]
    return render(request, "violations/rules.html", {"rows": rows, "edition": book.edition()})
