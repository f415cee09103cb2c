from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Электронные подписи"

    def ready(self) -> None:
        # they register system checks, jobs, the menu link and how verbs read in the journal
        from signatures import actions, checks, menu, words  # noqa: F401 - see above
