"""Signing has no pages of its own yet: other apps include its panel (see templatetags/signing.py)."""

from django.urls import URLPattern

app_name = "signatures"
urlpatterns: list[URLPattern] = []
