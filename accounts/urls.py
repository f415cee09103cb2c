"""Start, sign-in, organizations, home."""

from django.urls import path

from accounts.views import esia_organization, home, organizations, sign_in, sign_out, start, switch
from accounts.views.settings import settings
from accounts.views.settings_addresses import settings_address, settings_addresses
from accounts.views.settings_branches import settings_branches
from accounts.views.settings_contacts import settings_contacts

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
    path("settings/", settings, name="settings"),
    path("settings/contacts/", settings_contacts, name="settings_contacts"),
    path("settings/addresses/", settings_addresses, name="settings_addresses"),
    path("settings/addresses/<int:pk>/", settings_address, name="settings_address"),
    path("settings/branches/", settings_branches, name="settings_branches"),
]
