"""«Главная»: for whom the person acts and what he may do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Contacts
from accounts.rights import by_heading
from core.doors import door
from core.frame import navigation


@door(read=["GET"])
def home(request: HttpRequest) -> HttpResponse:
    acting = request.acting  # type: ignore[attr-defined]  # set by accounts.middleware
    sections = navigation(acting, request.path)
    for section in sections:
        section["items"] = [item for item in section["items"] if not item["current"]]
    contacts = Contacts.objects.of(acting.organization, acting.branch)
    context = {
        "contacts": None if contacts is None or contacts.is_empty else contacts,
        "rights": by_heading(acting.rights),
        "sections": [section for section in sections if section["items"]],
        "kpp": acting.branch.kpp if acting.branch else acting.organization.kpp,
    }
    return render(request, "accounts/home.html", context)
