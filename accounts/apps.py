"""People, organizations, branches, rights, ЕСИА sign-in, the acting organization."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = "Люди и организации"

    def ready(self) -> None:
        from accounts import settings_sections  # noqa: F401 - registers the pages of «Настройки личного кабинета»
        from accounts.readers import actings_in
        from core.frame import NavItem, register_nav
        from core.notifications.readers import register_readers

        register_readers(actings_in)
        register_nav(NavItem(section="", label="Главная", url_name="accounts:home", order=0))
