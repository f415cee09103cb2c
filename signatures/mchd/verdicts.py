"""The closed list of answers about a МЧД, each with a Russian explanation and advice.

The codes are part of the public interface (``manage.py verify_mchd --json``), so a code is never renamed.
"""

from __future__ import annotations

from enum import StrEnum

from signatures.verdicts import Verdict

ASK_FOR_FILE = "Скачайте файл доверенности заново там, где она создана, и загрузите его без изменений."
# The representative reads it, too, and cannot make one himself.
MAKE_NEW = (
    "Оформите новую доверенность: её составляет тот, у кого есть право «Управление доступом», в разделе «Доверенности», "
    "«Создать машиночитаемую доверенность», а подписывает руководитель."
)


class PowerVerdict(StrEnum):
    """What a strict check says about a МЧД and its use by one person for one purpose.

    SIGNATURE stands for every answer about the head's signature: its code is ``signature_`` and the code of ``Verdict``.
    """

    OK = "ok"
    TOO_LARGE = "too_large"
    NOT_XML = "not_xml"
    DOCTYPE = "doctype"
    NOT_EMCHD_1 = "not_emchd_1"
    REDELEGATED = "redelegated"
    SCHEMA = "schema"
    SIGNATURE = "signature"
    OTHER_PRINCIPAL = "other_principal"
    SIGNED_BY_OTHER_ORGANISATION = "signed_by_other_organisation"
    SIGNED_BY_OTHER_PERSON = "signed_by_other_person"
    SIGNED_NOT_BY_HEAD = "signed_not_by_head"
    SIGNED_NOT_BY_ALL_HEADS = "signed_not_by_all_heads"
    OTHER_REPRESENTATIVE = "other_representative"
    DATES = "dates"
    NO_POWER = "no_power"
    RESTRICTED_POWER = "restricted_power"
    JOINT_POWERS = "joint_powers"
    REVOKED = "revoked"

    @property
    def explanation(self) -> str:
        """One Russian sentence: what is wrong (or right)."""
        return TEXTS[self][0]

    @property
    def advice(self) -> str:
        """What to do; empty for ``ok``."""
        return TEXTS[self][1]


TEXTS: dict[PowerVerdict, tuple[str, str]] = {
    PowerVerdict.OK: ("Доверенность верна и действует.", ""),
    PowerVerdict.TOO_LARGE: ("Файл доверенности больше 1 МБ.", ASK_FOR_FILE),
    PowerVerdict.NOT_XML: ("Файл доверенности не является документом XML или повреждён.", ASK_FOR_FILE),
    PowerVerdict.DOCTYPE: (
        "В файле доверенности есть объявление DOCTYPE: такие файлы не принимаются.",
        ASK_FOR_FILE,
    ),
    PowerVerdict.NOT_EMCHD_1: (
        "Это не машиночитаемая доверенность единой формы (EMCHD_1).",
        "Загрузите файл XML формата EMCHD_1 (ON_EMCHD_…). Доверенности прежних форматов оформите заново.",
    ),
    PowerVerdict.REDELEGATED: (
        "Это доверенность в порядке передоверия, такие доверенности система не принимает.",
        "Нужна доверенность, выданная самой организацией.",
    ),
    PowerVerdict.SCHEMA: ("Доверенность составлена не по форме.", ASK_FOR_FILE),
    PowerVerdict.SIGNATURE: (
        "Подпись руководителя под доверенностью не принята.",
        "Загрузите файл отсоединённой подписи, сделанной именно под этим файлом XML.",
    ),
    PowerVerdict.OTHER_PRINCIPAL: (
        "Доверенность выдана от имени другой организации.",
        "Загрузите доверенность этой организации или смените организацию в меню кабинета.",
    ),
    PowerVerdict.SIGNED_BY_OTHER_ORGANISATION: (
        "Доверенность подписана сертификатом другой организации или физического лица.",
        "Подпишите доверенность сертификатом организации, от имени которой она выдана.",
    ),
    PowerVerdict.SIGNED_BY_OTHER_PERSON: (
        "Доверенность подписал не тот индивидуальный предприниматель, который её выдал.",
        "Подпишите доверенность сертификатом предпринимателя, от имени которого она выдана.",
    ),
    PowerVerdict.SIGNED_NOT_BY_HEAD: (
        "Доверенность подписал не тот руководитель, который в ней указан.",
        "Подпишите доверенность сертификатом руководителя, указанного в ней как действующий без доверенности.",
    ),
    PowerVerdict.SIGNED_NOT_BY_ALL_HEADS: (
        "Руководители организации действуют совместно, а подписали доверенность не все из них.",
        "Загрузите файл с подписями всех руководителей, указанных в доверенности.",
    ),
    PowerVerdict.OTHER_REPRESENTATIVE: (
        "Доверенность выдана другому человеку.",
        "Нужна доверенность, в которой представитель указан с этим СНИЛС. " + MAKE_NEW,
    ),
    PowerVerdict.DATES: ("Доверенность сейчас не действует.", MAKE_NEW),
    PowerVerdict.NO_POWER: (
        "В доверенности нет полномочия подписывать документы в личном кабинете.",
        "Добавьте нужный код полномочия. " + MAKE_NEW,
    ),
    PowerVerdict.RESTRICTED_POWER: (
        "Полномочие дано с ограничениями, которые система не умеет проверять.",
        "Нужна доверенность, в которой это полномочие дано без ограничений. " + MAKE_NEW,
    ),
    PowerVerdict.JOINT_POWERS: (
        "Доверенность требует, чтобы представители действовали совместно, а подписывает один.",
        "Нужна доверенность с правом действовать самостоятельно. " + MAKE_NEW,
    ),
    PowerVerdict.REVOKED: ("Доверенность отменена.", MAKE_NEW),
}


def code_of_signature(verdict: Verdict) -> str:
    """``signature_revoked`` and the like."""
    return f"{PowerVerdict.SIGNATURE.value}_{verdict.value}"
