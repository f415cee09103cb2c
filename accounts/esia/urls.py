"""The address that is registered in ЕСИА for this system."""

from django.urls import path

from accounts.views.esia_callback import esia_callback

urlpatterns = [path("callback/", esia_callback, name="esia_callback")]
