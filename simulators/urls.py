"""/dev/: stand-ins that the cabinet's own server answers for. ЕСИА's simulator is a process of its own."""

from django.urls import include, path

app_name = "simulators"
urlpatterns = [
    path("", include("simulators.plugin.urls")),
]
