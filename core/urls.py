"""URLs of the mechanisms that have pages of their own."""

from django.urls import path

from core.views import addresses, help_page, notice_open, notice_settings, notices

app_name = "core"
urlpatterns = [
    path("help/", help_page.help_page, name="help"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.mark_read, name="notices_read"),
    path("notices/<int:pk>/open/", notice_open.notice_open, name="notice_open"),
    path("notices/settings/", notice_settings.notice_settings, name="notice_settings"),
    path("notices/address/<str:token>/confirm/", addresses.address_confirm, name="address_confirm"),
    path("notices/address/<str:token>/stop/", addresses.address_stop, name="address_stop"),
]
