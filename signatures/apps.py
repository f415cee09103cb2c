from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Электронные подписи"

    def ready(self) -> None:
        from django.conf import settings

        # they register system checks, jobs, menu links, what runs by the clock, and how verbs read in the journal
        from signatures import actions, checks, menu, power_tasks, words  # noqa: F401
        from signatures.gost.streebog import allow_fast_backend

        allow_fast_backend(settings.SIGNATURE_FAST_STREEBOG)
