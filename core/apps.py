"""The floor everybody stands on: doors, moves, the hardened XML entry, tables, identifiers, the production calendar."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    label = "core"
    verbose_name = "Основа"

    def ready(self) -> None:
        from core import checks  # noqa: F401 - registers the system check
        from core.frame import UserItem, register_user_item

        register_user_item(UserItem("Настройки уведомлений", "core:notice_settings", order=50, icon="bell"))
