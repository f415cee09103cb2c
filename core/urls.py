"""URLs of the mechanisms that have pages of their own."""

from django.urls import path

from core.views import help_page, notices

app_name = "core"
urlpatterns = [
    path("help/", help_page.help_page, name="help"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.mark_read, name="notices_read"),
]
