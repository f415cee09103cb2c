"""«Создать машиночитаемую доверенность»: a form that makes the XML for the head to sign."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import acting_of
from accounts.rights import Right
from core.doors import door
from signatures.actions import PowerNotAdded, make_draft
from signatures.power_forms import PowerForm
from signatures.powers import signing_codes


@door(read=["GET"], write=["POST"], right=Right.ACCESS)
def power_new(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    form = PowerForm(acting, request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            draft = make_draft(form.words(), acting=acting)
        except PowerNotAdded as problems:
            refused = problems
        else:
            return redirect("signatures:power_draft", uid=draft.uid)
    context = {
        "form": form,
        "refused": refused,
        "organization": acting.organization,
        "unverified": any(not known for _code, _words, known in signing_codes()),
    }
    return render(request, "signatures/power_new.html", context, status=422 if form.errors or refused else 200)
