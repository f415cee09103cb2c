"""Liveness and readiness for the orchestrator. Checks are named: the library's defaults would need DNS and mail.

Ready is who reaches the database. Not the cache: it lies in Valkey with the broker, without which those who are signed in
still see their pages and bring their files, and a proxy that finds no web server ready shows nobody anything."""

from django.urls import path
from django.views.decorators.cache import never_cache
from health_check.views import HealthCheckView

urlpatterns = [
    path("live/", never_cache(HealthCheckView.as_view(checks=[])), name="health_live"),
    path(
        "ready/",
        never_cache(HealthCheckView.as_view(checks=["health_check.checks.Database"])),
        name="health_ready",
    ),
]
