"""URLs of «Ведение реестров»."""

from django.urls import path

from registries.views.experts import experts
from registries.views.register_import import register_import, register_import_status
from registries.views.registers import registers
from registries.views.sout_organizations import sout_organizations

app_name = "registries"
urlpatterns = [
    path("", registers, name="registers"),
    path("sout-organizations/", sout_organizations, name="sout_organizations"),
    path("experts/", experts, name="experts"),
    path("imports/<uuid:uid>/", register_import, name="register_import"),
    path("imports/<uuid:uid>/status/", register_import_status, name="register_import_status"),
]
