"""The sections of «Настройки личного кабинета» that belong to accounts, and the links to them."""

from __future__ import annotations

from accounts.acting import Acting
from accounts.models import Branch, Contacts
from accounts.rights import Right
from core.cabinet_settings import Section, register_section
from core.frame import NavItem, UserItem, register_nav, register_user_item
from core.notifications.models import Address
from core.templatetags.formats import counted

KEEPERS = (Right.SETTINGS.value,)


def _contacts(acting: Acting) -> str:
    contacts = Contacts.objects.of(acting.organization, acting.branch)
    return "Не указаны" if contacts is None or contacts.is_empty else "Указаны"


def _addresses(acting: Acting) -> str:
    number = Address.objects.visible_to(acting).count()
    return counted(number, "адрес,адреса,адресов") if number else "Адресов нет"


def _branches(acting: Acting) -> str:
    number = Branch.objects.visible_to(acting).count()
    return counted(number, "филиал,филиала,филиалов") if number else "Филиалов нет"


register_section(
    Section(
        "Контакты",
        "accounts:settings_contacts",
        KEEPERS,
        "Телефон, электронная почта и кого спросить.",
        _contacts,
        order=10,
    )
)
register_section(
    Section(
        "Адреса для уведомлений",
        "accounts:settings_addresses",
        KEEPERS,
        "Ящики организации, на которые приходят копии писем.",
        _addresses,
        order=20,
    )
)
register_section(
    Section(
        "Филиалы",
        "accounts:settings_branches",
        KEEPERS,
        "Список из ЕСИА: наименования и КПП.",
        _branches,
        order=30,
    )
)
register_nav(NavItem("Администрирование", "Настройки личного кабинета", "accounts:settings", KEEPERS, order=95))
register_user_item(UserItem("Настройки личного кабинета", "accounts:settings", KEEPERS, order=40, icon="settings"))
