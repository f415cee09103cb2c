from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Электронные подписи"

    def ready(self) -> None:
        from signatures.archive import tasks as archive_tasks, words as archive_words  # noqa: F401, I001  # so that workers and the journal know them
        from signatures import checks, words  # noqa: F401  # they register system checks and how verbs read in the journal
