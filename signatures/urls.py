"""Pages of signatures; the signing panel itself stands on pages of other apps (see templatetags/signing.py)."""

from django.urls import URLPattern, path

from signatures.views import doctor, doctor_list

app_name = "signatures"
urlpatterns: list[URLPattern] = [
    path("doctor/", doctor.doctor, name="doctor"),
    path("doctor/challenge/", doctor.doctor_challenge, name="doctor_challenge"),
    path("doctor/certificate/", doctor.doctor_certificate, name="doctor_certificate"),
    path("doctor/signature/", doctor.doctor_signature, name="doctor_signature"),
    path("doctor/certificates/", doctor_list.doctor_certificates, name="doctor_certificates"),
]
