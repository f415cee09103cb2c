"""Pages of «Электронная подпись». Other apps include the panel of signing (see templatetags/signing.py)."""

from django.urls import path

from signatures.views import doctor, doctor_list
from signatures.views.check_document import check_document, check_result
from signatures.views.kept import evidence_file, receipt, signature_file
from signatures.views.power import power, power_signature, power_withdraw, power_xml
from signatures.views.power_add import power_add
from signatures.views.power_draft import power_draft, power_draft_discard, power_draft_xml
from signatures.views.power_new import power_new
from signatures.views.powers import powers
from signatures.views.requests import requests
from signatures.views.trust import trust

app_name = "signatures"
urlpatterns = [
    path("requests/", requests, name="requests"),
    path("powers/", powers, name="powers"),
    path("powers/add/", power_add, name="power_add"),
    path("powers/new/", power_new, name="power_new"),
    path("powers/<uuid:uid>/", power, name="power"),
    path("powers/<uuid:uid>/power.xml", power_xml, name="power_xml"),
    path("powers/<uuid:uid>/power.sig", power_signature, name="power_signature"),
    path("powers/<uuid:uid>/withdraw/", power_withdraw, name="power_withdraw"),
    path("powers/drafts/<uuid:uid>/", power_draft, name="power_draft"),
    path("powers/drafts/<uuid:uid>/power.xml", power_draft_xml, name="power_draft_xml"),
    path("powers/drafts/<uuid:uid>/discard/", power_draft_discard, name="power_draft_discard"),
    path("trust/", trust, name="trust"),
    path("doctor/", doctor.doctor, name="doctor"),
    path("doctor/challenge/", doctor.doctor_challenge, name="doctor_challenge"),
    path("doctor/certificate/", doctor.doctor_certificate, name="doctor_certificate"),
    path("doctor/signature/", doctor.doctor_signature, name="doctor_signature"),
    path("doctor/certificates/", doctor_list.doctor_certificates, name="doctor_certificates"),
    path("check/", check_document, name="check_document"),
    path("check/<uuid:uid>/", check_result, name="check_result"),
    path("kept/<uuid:uid>/receipt.pdf", receipt, name="receipt"),
    path("kept/<uuid:uid>/signature.sig", signature_file, name="signature_file"),
    path("kept/<uuid:uid>/evidence.zip", evidence_file, name="evidence"),
]
