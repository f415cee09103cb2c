from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "registries"
    label = "registries"
    verbose_name = "Реестры"

    def ready(self) -> None:
        from registries import words  # noqa: F401 - registers how its verbs read in the journal
