from django.apps import AppConfig


class ViolationsConfig(AppConfig):
    name = "violations"
    label = "violations"
    verbose_name = "Контроль"

    def ready(self) -> None:
        from violations import documents, menu, reactions  # noqa: F401 - they register documents, menu links and reactions
        from violations.check import intake  # noqa: F401 - registers the job «report.check»
        from violations.inspection import reactions as inspection_reactions  # noqa: F401 - it registers reactions too
