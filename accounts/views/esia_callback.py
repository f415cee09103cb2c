"""The way back from ЕСИА: allauth's callback behind our door. A GET that writes, because ЕСИА sends the browser so."""

from django.http import HttpRequest, HttpResponse

from accounts.esia.provider import esia_callback_view
from core.doors import door


@door(write=["GET"], public=True)
def esia_callback(request: HttpRequest) -> HttpResponse:
    return esia_callback_view(request)
