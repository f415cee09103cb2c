from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "registries"
    label = "registries"
    verbose_name = "Реестры"

    def ready(self) -> None:
        # they register the job «registers.import», menu links and how verbs read in the journal
        from registries import actions, menu, words  # noqa: F401 - see above
