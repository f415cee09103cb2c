"""What waits for signatures; other apps include the signing panel (templatetags/signing.py)."""

from django.urls import path

from signatures.views.requests import requests

app_name = "signatures"
urlpatterns = [
    path("requests/", requests, name="requests"),
]
