"""«Организации из ЕСИА»: for whom one may act here, and why not for the rest."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.selectors import organization_cards
from core.doors import door

EMPLOYEES_URL = "https://lk.gosuslugi.ru/employees"


@door(read=["GET"], signed_in=True)
def organizations(request: HttpRequest) -> HttpResponse:
    context = {
        "cards": organization_cards(request.user),  # type: ignore[arg-type]  # the door lets in signed-in people only
        "employees_url": EMPLOYEES_URL,
    }
    return render(request, "accounts/organizations.html", context)
