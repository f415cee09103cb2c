"""People, organizations, branches, rights, ЕСИА sign-in, the acting organization."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = "Люди и организации"

    def ready(self) -> None:
        from accounts import words  # noqa: F401 - registers how its verbs read in the journal
        from accounts.people import people_with_access
        from accounts.rights import Right
        from core.frame import NavItem, register_nav

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
