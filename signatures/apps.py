from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Электронные подписи"

    def ready(self) -> None:
        from signatures import checks, menu, words  # noqa: F401  # they register system checks, menu links and how verbs read
