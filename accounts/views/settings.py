"""«Настройки личного кабинета»: what can be set, and what is set now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.acting import acting_of
from accounts.rights import Right
from core.cabinet_settings import sections
from core.doors import door


@door(read=["GET"], right=Right.SETTINGS)
def settings(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    shown = [
        {"label": each.label, "url": reverse(each.url_name), "about": each.about, "summary": each.summary(acting)}
        for each in sections(acting)
    ]
    return render(request, "accounts/settings.html", {"sections": shown})
