"""Start, sign-in, organizations, home."""

from django.urls import path

from accounts.views import esia_organization, home, organizations, sign_in, sign_out, start, switch

app_name = "accounts"
urlpatterns = [
    path("", start.start, name="start"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_out.sign_out, name="sign_out"),
    path("home/", home.home, name="home"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/choose/", esia_organization.esia_organization, name="esia_organization"),
    path("organizations/esia/", esia_organization.esia_organization_callback, name="esia_organization_callback"),
    path("organizations/switch/<int:grant_id>/", switch.switch, name="switch"),
]
