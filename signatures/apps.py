from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Электронные подписи"

    def ready(self) -> None:
        from django.conf import settings

        # they register system checks, jobs, menu links, printed documents, what runs by the clock, and how verbs read
        from signatures import actions, checks, menu, power_signed, power_tasks, words  # noqa: F401 - see above
        from signatures.archive import tasks  # noqa: F401 - see above
        from signatures.archive import words as archive_words  # noqa: F401 - see above
        from signatures.checking import job  # noqa: F401 - see above
        from signatures.gost.streebog import allow_fast_backend
        from signatures.receipts import documents  # noqa: F401 - see above

        allow_fast_backend(settings.SIGNATURE_FAST_STREEBOG)
