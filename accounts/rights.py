"""All rights: code, heading and label exactly as in the cabinet's dialog of rights, and whose kind of organization has them.

Source of the words: the cabinet's own instruction and presentation (19 capabilities). The last nine of the comment marks
are ours, under the same headings: the instruction names no rights for what the cabinet later learned to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import Organization


class Kind(StrEnum):
    """Whose rights these are: a column of the organization says whether it is of the kind."""

    EMPLOYER = "is_employer"
    SOUT_ORGANIZATION = "is_sout_organization"


class Heading(StrEnum):
    """The sections of the dialog, in its order."""

    SOUT = "Специальная оценка условий труда"
    DECLARATIONS = "Декларации"
    CONTROL = "Мониторинг и контроль"
    NOTICE = "Уведомление о намерении обучения по охране труда"
    TRAINED = "Реестр обученных лиц"
    KNOWLEDGE = "Проверка знаний по охране труда"
    ADMINISTRATION = "Администрирование"
    SOUT_ORGANIZATION = "Организация СОУТ"


class Right(StrEnum):
    """A right is its code: `"sout.view_reports" == Right.VIEW_REPORTS`."""

    heading: Heading
    label: str
    kind: Kind

    def __new__(cls, code: str, heading: Heading, label: str, kind: Kind = Kind.EMPLOYER) -> Right:
        member = str.__new__(cls, code)
        member._value_ = code
        member.heading = heading
        member.label = label
        member.kind = kind
        return member

    VIEW_REPORTS = "sout.view_reports", Heading.SOUT, "Просмотр отчетов СОУТ"
    APPROVE_REPORTS = "sout.approve_reports", Heading.SOUT, "Согласование и утверждение отчётов СОУТ"  # ours
    VIEW_PROTOCOLS = "protocols.view", Heading.SOUT, "Просмотр протоколов решения комиссий"  # ours
    PREPARE_PROTOCOLS = "protocols.prepare", Heading.SOUT, "Формирование протоколов решения комиссий"  # ours
    SIGN_PROTOCOLS = "protocols.sign", Heading.SOUT, "Подпись и отправка протоколов решения комиссий"  # ours

    VIEW_DECLARATIONS = "declarations.view", Heading.DECLARATIONS, "Просмотр деклараций"
    PREPARE_DECLARATIONS = "declarations.prepare", Heading.DECLARATIONS, "Формирование деклараций"  # ours
    SIGN_DECLARATIONS = "declarations.sign", Heading.DECLARATIONS, "Подпись и отправка деклараций"  # ours

    VIEW_MESSAGES = "control.view_messages", Heading.CONTROL, "Просмотр сообщений от Роструда"
    VIEW_FLAGS = "control.view_flags", Heading.CONTROL, "Просмотр признаков нарушения в СОУТ и Декларациях"
    VIEW_TRAINING_FLAGS = "control.view_training_flags", Heading.CONTROL, "Просмотр признаков нарушения в обучении"
    VIEW_FLAGS_BRANCH = (
        "control.view_flags_branch",
        Heading.CONTROL,
        "Просмотр признаков нарушения в СОУТ и Декларациях (филиал)",
    )

    VIEW_NOTICE = "training.view_notice", Heading.NOTICE, "Просмотр уведомления"
    PREPARE_NOTICE = "training.prepare_notice", Heading.NOTICE, "Формирование уведомления"
    SIGN_NOTICE = "training.sign_notice", Heading.NOTICE, "Подпись и отправка уведомления"

    VIEW_TRAINED = "training.view_trained", Heading.TRAINED, "Просмотр реестра обученных лиц"
    PREPARE_TRAINED = (
        "training.prepare_trained",
        Heading.TRAINED,
        "Формирование отложенных записей в реестре обученных лиц",
    )
    SIGN_TRAINED = "training.sign_trained", Heading.TRAINED, "Подпись и отправка записей в реестр обученных лиц"

    VIEW_TRAINEES = "training.view_trainees", Heading.KNOWLEDGE, "Просмотр обучаемых лиц"
    EDIT_TRAINEES = "training.edit_trainees", Heading.KNOWLEDGE, "Редактирование обучаемых лиц"
    VIEW_ATTEMPTS = "training.view_attempts", Heading.KNOWLEDGE, "Просмотр попыток проверки знаний"
    EDIT_ATTEMPTS = "training.edit_attempts", Heading.KNOWLEDGE, "Редактирование попыток проверки знаний"
    ADMIT = "training.admit", Heading.KNOWLEDGE, "Допуск к проверке знаний"

    SETTINGS = "admin.settings", Heading.ADMINISTRATION, "Настройки личного кабинета"
    ACCESS = "admin.access", Heading.ADMINISTRATION, "Управление доступом"
    API_KEYS = "admin.api_keys", Heading.ADMINISTRATION, "Ключи API и вебхуки"  # ours

    SOUT_IDS = (
        "sout_org.sout_ids",
        Heading.SOUT_ORGANIZATION,
        "Идентификационные номера СОУТ",  # ours
        Kind.SOUT_ORGANIZATION,
    )
    IMPORT_REPORTS = (
        "sout_org.import_reports",
        Heading.SOUT_ORGANIZATION,
        "Импорт отчётов СОУТ",  # ours
        Kind.SOUT_ORGANIZATION,
    )


BY_CODE: dict[str, Right] = {right.value: right for right in Right}


def rights_of_kinds(organization: Organization) -> frozenset[str]:
    """Every right that the organization's kinds give: what its administrator holds."""
    return frozenset(right.value for right in Right if getattr(organization, right.kind.value))


def effective_rights(organization: Organization, *, is_admin: bool, rights: Iterable[str]) -> frozenset[str]:
    """What a grant gives today. A right of a kind that the organization is not (any more) gives nothing."""
    possible = rights_of_kinds(organization)
    return possible if is_admin else possible & frozenset(rights)


def by_heading(codes: Iterable[str]) -> dict[str, list[Right]]:
    """The rights under their headings, both in the dialog's order. Codes that exist no more are left out."""
    held = frozenset(codes)
    sections: dict[str, list[Right]] = {}
    for right in Right:
        if right.value in held:
            sections.setdefault(right.heading.value, []).append(right)
    return sections


def unknown_rights(codes: Iterable[str]) -> list[str]:
    """The codes that are no rights, in their order."""
    return [code for code in codes if code not in BY_CODE]
