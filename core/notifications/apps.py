from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "core.notifications"
    label = "notifications"
    verbose_name = "Уведомления"

    def ready(self) -> None:
        from core.notifications import words  # noqa: F401 - registers how its verbs read in the journal
