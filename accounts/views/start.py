"""The start page: what this is, and «Вход в систему»."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.doors import door


@door(read=["GET"], public=True)
def start(request: HttpRequest) -> HttpResponse:
    """ЕСИА sends the browser back to the canonical address, where a session of another address (localhost, an alias) is not
    known: on such an address «Вход в систему» leads to the canonical one first."""
    here = request.get_host() == urlsplit(settings.PUBLIC_URL).netloc
    return render(request, "accounts/start.html", {"is_canonical": here})
