"""Liveness and readiness for the orchestrator. Checks are named: the library's defaults would need DNS and mail."""

from django.urls import path
from django.views.decorators.cache import never_cache
from health_check.views import HealthCheckView

urlpatterns = [
    path("live/", never_cache(HealthCheckView.as_view(checks=[])), name="health_live"),
    path(
        "ready/",
        never_cache(HealthCheckView.as_view(checks=["health_check.checks.Database", "health_check.checks.Cache"])),
        name="health_ready",
    ),
]
