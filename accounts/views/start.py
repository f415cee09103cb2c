"""The start page: what this is, and «Вход в систему»."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.doors import door


@door(read=["GET"], public=True)
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/start.html")
