from django.apps import AppConfig


class SoutReportsConfig(AppConfig):
    name = "sout_reports"
    label = "sout_reports"
    verbose_name = "Отчёты СОУТ"

    def ready(self) -> None:
        # they register documents, menu links, reactions and how verbs read in the journal
        from sout_reports import documents, menu, reactions, words  # noqa: F401 - see above
