from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "registries"
    label = "registries"
    verbose_name = "Реестры"

    def ready(self) -> None:
        from registries import actions, menu  # noqa: F401 - they register the job «registers.import» and menu links
