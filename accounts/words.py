"""How the verbs of this app read in the journal. Payloads name people and branches by id only: the pages that show them to
somebody who may know the name add `person` (accounts.deeds)."""

from __future__ import annotations

from datetime import datetime

from django.utils.dateparse import parse_datetime

from accounts.models import Ended, Inspectorate
from accounts.models.user import SOMEBODY
from accounts.rights import BY_CODE
from core.journal.words import Facts, register_sentence, register_theme
from core.templatetags.formats import ru_datetime

FIELDS = {
    "snils": "СНИЛС",
    "last_name": "фамилия",
    "first_name": "имя",
    "middle_name": "отчество",
    "inn": "ИНН",
    "email": "электронная почта",
    "esia_oid": "идентификатор ЕСИА",
    "ogrn": "ОГРН",
    "kpp": "КПП",
    "entity": "вид организации",
    "full_name": "полное наименование",
    "short_name": "краткое наименование",
    "claimed_at": "первый вход",
}


def _person(facts: Facts) -> str:
    return str(facts.get("person") or SOMEBODY)


def _fields(facts: Facts) -> str:
    return ", ".join(FIELDS.get(name, name) for name in facts.get("fields", [])) or "сведения"


def _reason(facts: Facts) -> str:
    reason = str(facts.get("reason") or "").rstrip(".")
    return f" Причина: {reason}." if reason else ""


def _moment(text: object) -> datetime | None:
    return parse_datetime(text) if isinstance(text, str) else None


def _granted(facts: Facts) -> str:
    if facts.get("is_blocked"):
        return f"Доступ заблокирован: {_person(facts)}.{_reason(facts)}"
    rights = ", ".join(f"«{BY_CODE[code].label}»" for code in facts.get("rights", []) if code in BY_CODE)
    given = "Административный уровень, все права" if facts.get("is_admin") else f"Права: {rights or 'нет'}"
    until = _moment(facts.get("until"))
    term = f" До {ru_datetime(until)}." if until else ""
    return f"Доступ предоставлен: {_person(facts)}. {given}.{term}"


def _session_ended(facts: Facts) -> str:
    why = facts.get("why")
    if why == Ended.BLOCKED:  # by somebody else, among whose deeds it stands: not his own session
        return f"Сеанс завершён: {_person(facts)}. {Ended(why).label}."
    return f"Сеанс завершён: {Ended(why).label}." if why in Ended.values else "Сеанс завершён."


def _inspectorate(facts: Facts) -> str:
    kind = facts.get("kind")
    name = Inspectorate(kind).label if kind in Inspectorate.values else "надзорный орган"
    return f"Организация отмечена как надзорный орган: {name}, регион {facts.get('region', '')}."


def _updated(facts: Facts) -> str:
    if facts.get("is_employer"):
        return "Организация отмечена как работодатель: о ней поступил отчёт СОУТ."
    return f"Сведения об организации обновлены по данным ЕСИА: {_fields(facts)}."


register_theme("Вход и сеансы", "session", "person", "acting")
register_theme("Доступ сотрудников", "grant")
register_theme("Сведения об организации", "organization", "branch", "contacts")

register_sentence(
    "person.signed_in", lambda facts: f"{'Первый вход' if facts.get('first_time') else 'Вход'} в систему."
)
register_sentence("person.signed_out", "Выход из системы.")
register_sentence("person.refused", "Во входе отказано: оператор закрыл вход в систему.")
register_sentence(
    "person.roles_gone",
    lambda facts: f"ЕСИА больше не называет ролей в организациях: {len(facts.get('org_oids', []))}.",
)
register_sentence("person.named", "Человек внесён по СНИЛС, сам ещё не входил.")
register_sentence("person.snils_conflict", "ЕСИА назвала СНИЛС, под которым записан другой человек; оставлен прежний.")
register_sentence("person.updated", lambda facts: f"Сведения о человеке обновлены по данным ЕСИА: {_fields(facts)}.")
register_sentence("person.blocked", lambda facts: f"Вход в систему закрыт: {_person(facts)}.{_reason(facts)}")
register_sentence("person.unblocked", lambda facts: f"Вход в систему снова открыт: {_person(facts)}.{_reason(facts)}")
register_sentence("session.ended", _session_ended)
register_sentence("acting.chosen", "Начата работа от имени организации.")
register_sentence("grant.created", _granted)
register_sentence(
    "grant.revoked",
    lambda facts: (
        f"{'Блокировка снята' if facts.get('lifted') else 'Доступ прекращён'}: {_person(facts)}.{_reason(facts)}"
    ),
)
register_sentence("organization.created", "Организация стала известна из отчёта СОУТ.")
register_sentence("organization.updated", _updated)
register_sentence("organization.claimed", "Первый вход от имени организации.")
register_sentence("organization.released", "ЕСИА передала свой идентификатор другой записи организации.")
register_sentence(
    "organization.marked_sout",
    lambda facts: f"Организация внесена в реестр проводящих СОУТ под № {facts.get('registration_number', '')}.",
)
register_sentence("organization.marked_inspectorate", _inspectorate)
register_sentence("contacts.saved", "Изменены контакты организации.")
register_sentence("branch.created", "Филиал стал известен из ЕСИА.")
register_sentence("branch.updated", "Сведения о филиале обновлены по данным ЕСИА.")


def _right(facts: Facts) -> str:
    code = str(facts.get("right", ""))
    return f"«{BY_CODE[code].label}»" if code in BY_CODE else "право"


register_theme("Просьбы о правах", "access")
register_sentence("access.asked", lambda facts: f"Просьба о праве: {_right(facts)}.")
register_sentence("access.granted", "Просьба о праве удовлетворена.")
register_sentence("access.declined", "В просьбе о праве отказано.")
register_sentence("access.closed", lambda facts: f"Просьба о праве закрыта без ответа: {_right(facts)}.")
register_sentence("access.reviewed", lambda facts: f"Доступ пересмотрен и подтверждён: {len(facts.get('grants', []))}.")
register_sentence("person.invited", "Сотрудник приглашён по СНИЛС.")
register_sentence(
    "person.confirmed", lambda facts: f"ЕСИА назвала приглашённого сотрудником организации: {_person(facts)}."
)
