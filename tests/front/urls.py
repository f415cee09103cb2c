"""URLs for tests of the look: the catalogue, and the names that the frame looks for, all without a database."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path

from core.views.catalogue import catalogue


def nothing(request: HttpRequest) -> HttpResponse:
    """Some page; the frame only needs its address."""
    return HttpResponseRedirect("/")


core = ([path("notices/", nothing, name="notices"), path("help/", nothing, name="help")], "core")
accounts = (
    [
        path("start/", nothing, name="start"),
        path("organizations/", nothing, name="organizations"),
        path("sign-out/", nothing, name="sign_out"),
        path("sessions/continue/", nothing, name="session_continue"),
        path("home/", nothing, name="home"),
        path("administration/", nothing, name="administration"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(core)),
    path("", include(accounts)),
    path("catalogue/", catalogue, name="catalogue"),
]
