"""Kept signatures, and the check of a document for anybody; other apps include the signing panel (templatetags/signing.py)."""

from django.urls import path

from signatures.views.check_document import check_document, check_result
from signatures.views.kept import evidence_file, receipt, signature_file

app_name = "signatures"
urlpatterns = [
    path("check/", check_document, name="check_document"),
    path("check/<uuid:uid>/", check_result, name="check_result"),
    path("kept/<uuid:uid>/receipt.pdf", receipt, name="receipt"),
    path("kept/<uuid:uid>/signature.sig", signature_file, name="signature_file"),
    path("kept/<uuid:uid>/evidence.zip", evidence_file, name="evidence"),
]
