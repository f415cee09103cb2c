"""How the verbs of this app read in the journal, and how its commission protocols are called there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse

from core.journal.words import Facts, Subject, register_sentence, register_subjects, register_theme
from core.templatetags.formats import counted
from sout_reports.selectors import FLAG_WORDS, WORKPLACE_WORDS
from violations.protocols.models import CommissionProtocol
from violations.views.scope import PROTOCOL_READERS

FOUND_MAX = 1000


def _places(facts: Facts) -> str:
    return counted(facts.get("workplaces", 0), WORKPLACE_WORDS)


def _returned(facts: Facts) -> str:
    why = facts.get("why")
    return f"Возвращён в черновик: {why}." if why else "Возвращён в черновик."


def _applied(facts: Facts) -> str:
    cleared = counted(facts.get("cleared", 0), FLAG_WORDS)
    return f"Подписан и отправлен, решение применено: {_places(facts)}, погашено: {cleared}."


register_theme("Протоколы решения комиссий СОУТ", "protocol", "commission_member")
register_sentence("commission_member.kept", "Член комиссии сохранён для следующих протоколов.")
register_sentence("commission_member.changed", "Сведения о сохранённом члене комиссии изменены.")
register_sentence("commission_member.forgotten", "Сохранённый член комиссии удалён из списка.")
register_sentence("protocol.created", lambda facts: f"Черновик создан: {_places(facts)}.")
register_sentence("protocol.imported", lambda facts: f"Черновик создан из файла: {_places(facts)}.")
register_sentence("protocol.saved", "Черновик изменён.")
register_sentence("protocol.frozen", "Документ подготовлен к подписанию.")
register_sentence("protocol.returned", _returned)
register_sentence("protocol.withdrawn", "Черновик удалён.")
register_sentence("protocol.signature_refused", "Подпись не принята.")
register_sentence("protocol.applied", _applied)

register_theme("Рассмотрение признаков", "flag", "question")
register_sentence("flag.questioned", "Инспектор задал вопрос о признаке нарушения.")
register_sentence("flag.explained", "Работодатель дал пояснение по признаку нарушения.")
register_sentence("flag.overdue", "Срок пояснения по признаку нарушения истёк.")
register_sentence("flag.confirmed", "Признак нарушения подтверждён инспектором.")
register_sentence("flag.dismissed", "Признак нарушения снят инспектором.")
register_sentence("flag.renewed", "Рассмотрение признака нарушения начинается заново.")
register_sentence("question.answered", "На вопрос инспектора отвечено.")
register_sentence("question.closed", "Вопрос инспектора закрыт.")

register_theme("Сообщения от Роструда", "message")
register_sentence("message.created", "Создан черновик сообщения.")
register_sentence("message.saved", "Черновик сообщения изменён.")
register_sentence("message.addressed", "Изменены получатели сообщения.")
register_sentence("message.discarded", "Черновик сообщения удалён.")
register_sentence("message.sending", "Отправка сообщения начата.")
register_sentence("message.sent", "Сообщение отправлено.")
register_sentence("message.not_sent", "Сообщение не отправлено.")
register_sentence("message.withdrawn", "Сообщение отозвано.")
register_sentence("message.read", "Сообщение прочитано.")
register_sentence("message.answered", "Ответ на сообщение отправлен.")
register_sentence("message.asked", "Инспектор написал в переписке.")
register_sentence("message.closed", "Переписка закрыта.")
register_sentence("message.reopened", "Переписка возобновлена.")
register_sentence("message.reminded", "Напомнили о сроке ответа.")


def _named(acting: Any, ids: Collection[str]) -> Mapping[str, Subject]:
    rows = CommissionProtocol.objects.visible_to(acting).filter(pk__in=ids).only("uid", "number", "date")
    opens = any(acting.holds(right) for right in PROTOCOL_READERS)
    return {
        str(row.pk): Subject(f"Протокол {row}", reverse("violations:protocol", args=[row.uid]) if opens else "")
        for row in rows
    }


def _found(acting: Any, text: str) -> Collection[str]:
    rows = CommissionProtocol.objects.visible_to(acting).filter(number=text.removeprefix("№").strip())
    return [str(pk) for pk in rows.values_list("pk", flat=True)[:FOUND_MAX]]


register_subjects("violations.commissionprotocol", _named, _found)
