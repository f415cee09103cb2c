from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "registries"
    label = "registries"
    verbose_name = "Реестры"
