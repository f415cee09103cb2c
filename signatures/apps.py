from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Электронные подписи"

    def ready(self) -> None:
        from django.conf import settings

        from signatures import checks, words  # noqa: F401  # they register system checks and how verbs read in the journal
        from signatures.gost.streebog import allow_fast_backend

        allow_fast_backend(settings.SIGNATURE_FAST_STREEBOG)
