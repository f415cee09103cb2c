"""URLs of «Электронная подпись».  The panel of signing is included by other apps (see templatetags/signing.py)."""

from django.urls import path

from signatures.views.trust import trust

app_name = "signatures"
urlpatterns = [
    path("trust/", trust, name="trust"),
]
