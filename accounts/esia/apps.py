"""The ЕСИА provider of django-allauth."""

from django.apps import AppConfig


class EsiaConfig(AppConfig):
    name = "accounts.esia"
    label = "esia"
    verbose_name = "Вход через ЕСИА"

    def ready(self) -> None:
        from accounts.esia import checks  # noqa: F401 - registers the system checks
