"""«Помощь»: the same place on every page; questions in the order in which people meet them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.doors import door


@door(read=["GET"], public=True)
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "core/help.html")
