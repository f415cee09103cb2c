"""People, organizations, branches, rights, ЕСИА sign-in, the acting organization."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = "Люди и организации"

    def ready(self) -> None:
        from accounts import (  # noqa: F401 - they register pages of settings, and how verbs read in the journal
            settings_sections,
            words,
        )
        from accounts.people import people_with_access
        from accounts.readers import actings_in
        from accounts.rights import Right
        from core.frame import NavItem, UserItem, register_nav, register_user_item
        from core.notifications.readers import register_readers

        register_readers(actings_in)
        register_nav(NavItem(section="", label="Главная", url_name="accounts:home", order=0))
        register_nav(
            NavItem(
                section="Администрирование",
                label="Сотрудники",
                url_name="accounts:administration",
                rights=(Right.ACCESS,),
                order=90,
                rows=people_with_access,
            )
        )
        for item in (
            UserItem("Администрирование", "accounts:administration", (Right.ACCESS,), order=10, icon="users"),
            UserItem("Журнал организации", "accounts:journal", (Right.ACCESS,), order=20, icon="list-checks"),
            UserItem("Мои действия", "accounts:my_actions", order=60, icon="history"),
            UserItem("Мои сеансы", "accounts:sessions", order=70, icon="clock"),
        ):
            register_user_item(item)
