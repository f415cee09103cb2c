from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Электронные подписи"

    def ready(self) -> None:
        # they register system checks, menu links, what runs by the clock, and how verbs read in the journal
        from signatures import checks, menu, power_tasks, words  # noqa: F401
