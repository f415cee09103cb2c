"""Where every URL of the cabinet begins."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("core.urls")),
    path("sout/", include("sout_reports.urls")),
    path("control/", include("violations.urls")),
    path("registers/", include("registries.urls")),
    path("signatures/", include("signatures.urls")),
    path("health/", include("lkot.health")),
    path("esia/", include("accounts.esia.urls")),
]

if "simulators" in settings.INSTALLED_APPS:
    from core.views.catalogue import catalogue

    urlpatterns += [
        path("dev/", include("simulators.urls")),
        path("catalogue/", catalogue, name="catalogue"),
    ]
