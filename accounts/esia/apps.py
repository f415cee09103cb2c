"""The ЕСИА provider of django-allauth."""

from django.apps import AppConfig


class EsiaConfig(AppConfig):
    name = "accounts.esia"
    label = "esia"
    verbose_name = "Вход через ЕСИА"
