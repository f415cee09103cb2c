from django.apps import AppConfig


class SoutReportsConfig(AppConfig):
    name = "sout_reports"
    label = "sout_reports"
    verbose_name = "Отчёты СОУТ"

    def ready(self) -> None:
        from sout_reports import documents, menu, reactions  # noqa: F401 - they register documents, menu links and reactions
