from django.apps import AppConfig


class ViolationsConfig(AppConfig):
    name = "violations"
    label = "violations"
    verbose_name = "Контроль"

    def ready(self) -> None:
        from violations import documents, menu, reactions  # noqa: F401 - they register documents, menu links and reactions
        from violations.check import intake  # noqa: F401 - registers the job «report.check»
        from violations.messages import documents as message_documents  # noqa: F401 - registers the printed message
        from violations.messages import tasks  # noqa: F401 - registers its jobs and what runs by the clock
