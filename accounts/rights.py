"""All rights: code, heading and label exactly as in the cabinet's dialog of rights, and whose kind of organization has them.

Source of the words: the cabinet's own instruction and presentation (19 capabilities). Those marked «ours» stand under the
same headings: the instruction names no rights for what the cabinet learned later, and none for inspectorates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import Branch, Organization


class Kind(StrEnum):
    """Whose rights these are: a column (or property) of the organization says whether it is of the kind."""

    EMPLOYER = "is_employer"
    SOUT_ORGANIZATION = "is_sout_organization"
    INSPECTORATE = "is_inspectorate"
    NATIONAL_INSPECTORATE = "is_national_inspectorate"


EVERY_KIND = tuple(Kind)


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
    INSPECTION = "Надзор"


class Right(StrEnum):
    """A right is its code: `"sout.view_reports" == Right.VIEW_REPORTS`."""

    heading: Heading
    label: str
    kinds: tuple[Kind, ...]

    def __new__(cls, code: str, heading: Heading, label: str, kinds: tuple[Kind, ...] = (Kind.EMPLOYER,)) -> Right:
        member = str.__new__(cls, code)
        member._value_ = code
        member.heading = heading
        member.label = label
        member.kinds = kinds
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

    SETTINGS = "admin.settings", Heading.ADMINISTRATION, "Настройки личного кабинета", EVERY_KIND
    ACCESS = "admin.access", Heading.ADMINISTRATION, "Управление доступом", EVERY_KIND
    API_KEYS = "admin.api_keys", Heading.ADMINISTRATION, "Ключи API и вебхуки", EVERY_KIND  # ours

    SOUT_IDS = (
        "sout_org.sout_ids",
        Heading.SOUT_ORGANIZATION,
        "Идентификационные номера СОУТ",  # ours
        (Kind.SOUT_ORGANIZATION,),
    )
    IMPORT_REPORTS = (
        "sout_org.import_reports",
        Heading.SOUT_ORGANIZATION,
        "Импорт отчётов СОУТ",  # ours
        (Kind.SOUT_ORGANIZATION,),
    )

    INSPECT_FLAGS = (
        "inspect.view_flags",
        Heading.INSPECTION,
        "Просмотр отчётов СОУТ и признаков нарушений поднадзорных организаций",  # ours
        (Kind.INSPECTORATE,),
    )
    REVIEW_FLAGS = (
        "inspect.review_flags",
        Heading.INSPECTION,
        "Рассмотрение признаков нарушений",  # ours
        (Kind.INSPECTORATE,),
    )
    SEND_MESSAGES = (
        "inspect.send_messages",
        Heading.INSPECTION,
        "Направление сообщений работодателям",  # ours
        (Kind.INSPECTORATE,),
    )
    # the registers are the whole country's: a body of one region does not rewrite them
    KEEP_REGISTERS = (
        "inspect.keep_registers",
        Heading.INSPECTION,
        "Ведение реестров",  # ours
        (Kind.NATIONAL_INSPECTORATE,),
    )
    REVIEW_NOTICES = (
        "inspect.review_notices",
        Heading.INSPECTION,
        "Рассмотрение уведомлений о намерении обучения",  # ours
        (Kind.INSPECTORATE,),
    )
    REVIEW_DECLARATIONS = (
        "inspect.review_declarations",
        Heading.INSPECTION,
        "Рассмотрение деклараций",  # ours
        (Kind.INSPECTORATE,),
    )


# What a right is of no use without: the dialog says so itself (instruction of the cabinet, remark on the training sections).
REQUIRES: dict[Right, frozenset[Right]] = {
    Right.APPROVE_REPORTS: frozenset({Right.VIEW_REPORTS}),
    Right.PREPARE_PROTOCOLS: frozenset({Right.VIEW_PROTOCOLS}),
    Right.SIGN_PROTOCOLS: frozenset({Right.VIEW_PROTOCOLS}),
    Right.PREPARE_DECLARATIONS: frozenset({Right.VIEW_DECLARATIONS}),
    Right.SIGN_DECLARATIONS: frozenset({Right.VIEW_DECLARATIONS}),
    Right.PREPARE_NOTICE: frozenset({Right.VIEW_NOTICE}),
    Right.SIGN_NOTICE: frozenset({Right.VIEW_NOTICE}),
    # an employer may enter records only while his notice stands in the register, so the two sections go together
    Right.PREPARE_TRAINED: frozenset({Right.VIEW_TRAINED, Right.VIEW_NOTICE}),
    Right.SIGN_TRAINED: frozenset({Right.VIEW_TRAINED, Right.VIEW_NOTICE}),
    Right.EDIT_TRAINEES: frozenset({Right.VIEW_TRAINEES}),
    Right.EDIT_ATTEMPTS: frozenset({Right.VIEW_ATTEMPTS}),
    Right.ADMIT: frozenset({Right.VIEW_TRAINEES, Right.VIEW_ATTEMPTS}),
    Right.REVIEW_FLAGS: frozenset({Right.INSPECT_FLAGS}),
}
# Nobody judges what he signs [own rule]: an organization may be employer, SOUT organization and inspectorate at once.
NEVER_TOGETHER: tuple[frozenset[Right], ...] = (
    frozenset({Right.SIGN_PROTOCOLS, Right.REVIEW_FLAGS}),
    frozenset({Right.IMPORT_REPORTS, Right.REVIEW_FLAGS}),
    frozenset({Right.SIGN_NOTICE, Right.REVIEW_NOTICES}),
    frozenset({Right.SIGN_DECLARATIONS, Right.REVIEW_DECLARATIONS}),
)

# Who holds one of these signs documents for the organization.
SIGNING: frozenset[str] = frozenset(
    {
        Right.APPROVE_REPORTS.value,
        Right.SIGN_PROTOCOLS.value,
        Right.SIGN_DECLARATIONS.value,
        Right.SIGN_NOTICE.value,
        Right.SIGN_TRAINED.value,
    }
)


@dataclass(frozen=True, slots=True)
class Template:
    """A set of rights to begin with; the person who grants changes it as he likes."""

    code: str
    label: str
    rights: frozenset[Right]


TEMPLATES: tuple[Template, ...] = (
    Template(
        "safety",
        "Специалист по охране труда",
        frozenset(
            {
                Right.VIEW_REPORTS,
                Right.VIEW_PROTOCOLS,
                Right.PREPARE_PROTOCOLS,
                Right.VIEW_DECLARATIONS,
                Right.PREPARE_DECLARATIONS,
                Right.VIEW_MESSAGES,
                Right.VIEW_FLAGS,
                Right.VIEW_TRAINING_FLAGS,
                Right.VIEW_NOTICE,
                Right.PREPARE_NOTICE,
                Right.VIEW_TRAINED,
                Right.PREPARE_TRAINED,
                Right.VIEW_TRAINEES,
                Right.EDIT_TRAINEES,
                Right.VIEW_ATTEMPTS,
            }
        ),
    ),
    Template(
        "staff",
        "Кадры",
        frozenset(
            {Right.VIEW_TRAINED, Right.VIEW_NOTICE, Right.PREPARE_TRAINED, Right.VIEW_TRAINEES, Right.EDIT_TRAINEES}
        ),
    ),
    Template(
        "look",
        "Только просмотр",
        frozenset(
            {
                Right.VIEW_REPORTS,
                Right.VIEW_PROTOCOLS,
                Right.VIEW_DECLARATIONS,
                Right.VIEW_MESSAGES,
                Right.VIEW_FLAGS,
                Right.VIEW_TRAINING_FLAGS,
                Right.VIEW_NOTICE,
                Right.VIEW_TRAINED,
                Right.VIEW_TRAINEES,
                Right.VIEW_ATTEMPTS,
                Right.INSPECT_FLAGS,
            }
        ),
    ),
    Template("expert", "Эксперт организации СОУТ", frozenset({Right.SOUT_IDS, Right.IMPORT_REPORTS})),
    Template(
        "inspector",
        "Инспектор",
        frozenset({Right.INSPECT_FLAGS, Right.REVIEW_FLAGS, Right.SEND_MESSAGES}),
    ),
)

BY_CODE: dict[str, Right] = {right.value: right for right in Right}


def rights_of_kinds(organization: Organization, branch: Branch | None = None) -> frozenset[str]:
    """Every right that the organization's kinds give: what its administrator holds, or that of the branch. A branch of a body of
    the whole country is a body of one region."""
    kinds = {kind for kind in Kind if getattr(organization, kind)}
    if branch is not None:
        kinds.discard(Kind.NATIONAL_INSPECTORATE)
    return frozenset(right.value for right in Right if not kinds.isdisjoint(right.kinds))


def effective_rights(
    organization: Organization, branch: Branch | None, *, is_admin: bool, rights: Iterable[str]
) -> frozenset[str]:
    """What a grant gives today. A right of a kind that the organization is not (any more) gives nothing."""
    possible = rights_of_kinds(organization, branch)
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


def missing_companions(codes: Iterable[str]) -> dict[Right, list[Right]]:
    """Right → what it is of no use without and is not among `codes`, in the dialog's order."""
    held = frozenset(codes)
    lacking = {
        right: [each for each in Right if each in needed and each.value not in held]
        for right, needed in REQUIRES.items()
        if right.value in held
    }
    return {right: lacks for right, lacks in lacking.items() if lacks}


def forbidden_pairs(codes: Iterable[str]) -> list[list[Right]]:
    """Rights among `codes` that one person may not hold together."""
    held = frozenset(codes)
    return [[right for right in Right if right in pair] for pair in NEVER_TOGETHER if pair <= held]


def templates_for(organization: Organization) -> list[Template]:
    """The templates that give something in this organization, cut to what its kinds can have."""
    possible = rights_of_kinds(organization)
    cut = [
        Template(each.code, each.label, frozenset(r for r in each.rights if r.value in possible)) for each in TEMPLATES
    ]
    return [each for each in cut if each.rights]
