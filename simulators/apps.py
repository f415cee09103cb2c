"""Installed by the development settings only, so that production has neither these modules' URLs nor their commands."""

from django.apps import AppConfig


class SimulatorsConfig(AppConfig):
    name = "simulators"
    label = "simulators"
    verbose_name = "Учебные замены внешних систем"
