from django.apps import AppConfig


class ViolationsConfig(AppConfig):
    name = "violations"
    label = "violations"
    verbose_name = "Контроль"

    def ready(self) -> None:
        # they register documents, menu links, reactions and how verbs read in the journal
        from violations import documents, menu, reactions, signed, subjects, words  # noqa: F401 - see above
        from violations.check import intake  # noqa: F401 - registers the job «report.check»
        from violations.inspection import reactions as inspection_reactions  # noqa: F401 - it registers reactions too
        from violations.messages import documents as message_documents  # noqa: F401 - registers the printed message
        from violations.messages import tasks  # noqa: F401 - registers its jobs and what runs by the clock
