from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Электронные подписи"

    def ready(self) -> None:
        from signatures import checks  # noqa: F401  # registers the system checks
