from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Электронные подписи"

    def ready(self) -> None:
        # they register system checks, how verbs read in the journal, jobs, what runs by the clock, and printed documents
        from signatures import checks, words  # noqa: F401 - see above
        from signatures.archive import tasks  # noqa: F401 - see above
        from signatures.archive import words as archive_words  # noqa: F401 - see above
        from signatures.checking import job  # noqa: F401 - see above
        from signatures.receipts import documents  # noqa: F401 - see above
