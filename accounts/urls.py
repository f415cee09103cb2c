"""Start, sign-in, organizations, home, «Администрирование»."""

from django.urls import path

from accounts.views import (
    access_edit,
    access_new,
    access_request,
    access_review,
    administration,
    employees,
    esia_organization,
    home,
    journal,
    my_actions,
    organizations,
    sessions,
    sign_in,
    sign_out,
    start,
    switch,
)
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
    path("administration/", administration.administration, name="administration"),
    path("administration/add/", access_new.access_new, name="access_new"),
    path("administration/add/employees/", employees.employees, name="employees"),
    path("administration/invite/", access_new.invite, name="invite"),
    path("administration/review/", access_review.access_review, name="access_review"),
    path("administration/<int:pk>/", access_edit.access_edit, name="access_edit"),
    path("administration/<int:pk>/revoke/", access_edit.access_revoke, name="access_revoke"),
    path("administration/requests/<int:pk>/", access_request.access_request, name="access_request"),
    path("ask/", access_request.ask, name="ask"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/choose/", esia_organization.esia_organization, name="esia_organization"),
    path("organizations/esia/", esia_organization.esia_organization_callback, name="esia_organization_callback"),
    path("organizations/switch/<int:grant_id>/", switch.switch, name="switch"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<int:session_id>/end/", sessions.session_end, name="session_end"),
    path("sessions/end-others/", sessions.sessions_end_others, name="sessions_end_others"),
    path("sessions/end-all/", sessions.sessions_end_all, name="sessions_end_all"),
    path("sessions/continue/", sessions.session_continue, name="session_continue"),
    path("my-actions/", my_actions.my_actions, name="my_actions"),
    path("my-actions/table.csv", my_actions.my_actions_file, name="my_actions_file"),
    path("journal/", journal.journal, name="journal"),
    path("journal/table.csv", journal.journal_csv, name="journal_csv"),
    path("journal/table.xlsx", journal.journal_xlsx, name="journal_xlsx"),
    path("settings/", settings, name="settings"),
    path("settings/contacts/", settings_contacts, name="settings_contacts"),
    path("settings/addresses/", settings_addresses, name="settings_addresses"),
    path("settings/addresses/<int:pk>/", settings_address, name="settings_address"),
    path("settings/branches/", settings_branches, name="settings_branches"),
]
