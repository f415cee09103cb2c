"""URLs of «Контроль»."""

from django.urls import path

from violations.views.commission_members import commission_member, commission_members
from violations.views.expertise import expertise
from violations.views.expertise_pdf import expertise_pdf
from violations.views.flag import flag
from violations.views.flags import flags
from violations.views.protocol import protocol
from violations.views.protocol_document import protocol_document, protocol_preview
from violations.views.protocol_edit import protocol_check, protocol_edit
from violations.views.protocol_import import protocol_import
from violations.views.protocol_new import protocol_new
from violations.views.protocol_pdf import protocol_pdf
from violations.views.protocol_sign import protocol_sign
from violations.views.protocol_withdraw import protocol_return, protocol_withdraw
from violations.views.protocols import protocols
from violations.views.rules import rules

app_name = "violations"
urlpatterns = [
    path("flags/", flags, name="flags"),
    path("flags/<int:pk>/", flag, name="flag"),
    path("reports/<uuid:uid>/expertise/", expertise, name="expertise"),
    path("reports/<uuid:uid>/expertise.pdf", expertise_pdf, name="expertise_pdf"),
    path("members/", commission_members, name="commission_members"),
    path("members/<int:pk>/", commission_member, name="commission_member"),
    path("rules/", rules, name="rules"),
    path("protocols/", protocols, name="protocols"),
    path("protocols/new/", protocol_new, name="protocol_new"),
    path("protocols/import/", protocol_import, name="protocol_import"),
    path("protocols/<uuid:uid>/", protocol, name="protocol"),
    path("protocols/<uuid:uid>/edit/", protocol_edit, name="protocol_edit"),
    path("protocols/<uuid:uid>/check/", protocol_check, name="protocol_check"),
    path("protocols/<uuid:uid>/preview/", protocol_preview, name="protocol_preview"),
    path("protocols/<uuid:uid>/document.xml", protocol_document, name="protocol_document"),
    path("protocols/<uuid:uid>/protocol.pdf", protocol_pdf, name="protocol_pdf"),
    path("protocols/<uuid:uid>/sign/", protocol_sign, name="protocol_sign"),
    path("protocols/<uuid:uid>/return/", protocol_return, name="protocol_return"),
    path("protocols/<uuid:uid>/withdraw/", protocol_withdraw, name="protocol_withdraw"),
]
