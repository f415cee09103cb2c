"""How powers of attorney stand today, in words for pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.person_facts import PersonFact
from core.templatetags.formats import counted
from signatures.mchd.checking import PowerReport, moscow_date
from signatures.mchd.verdicts import PowerVerdict
from signatures.models import PowerOfAttorney
from signatures.powers import judge

DAYS = "день,дня,дней"
_WORDS = {
    PowerVerdict.NO_POWER: "Нет нужного полномочия",
    PowerVerdict.RESTRICTED_POWER: "Полномочие с ограничениями",
    PowerVerdict.JOINT_POWERS: "Только вместе с другими",
    PowerVerdict.REVOKED: "Отменена",
    PowerVerdict.SIGNATURE: "Сертификат подписи был отозван",
}


@dataclass(frozen=True, slots=True)
class ShownPower:
    """A paper with its state: ``tone`` of a badge, ``works`` whether its representative can sign by it now, ``left`` how long
    it lasts, in words, empty while its end is not near; ``problems`` what to know of a paper that does not work."""

    power: PowerOfAttorney
    state: str
    tone: str
    works: bool
    left: str = ""
    problems: tuple[str, ...] = ()


def shown(power: PowerOfAttorney, now: datetime | None = None) -> ShownPower:
    now = now or timezone.now()
    if power.withdrawn_at is not None:
        return ShownPower(power, "Убрана из кабинета", "plain", works=False)
    judged = judge(power, snils=power.representative_snils[0], inn=None, moment=now)
    if not judged.ok:
        return ShownPower(power, *_not_good(power, judged, now), works=False, problems=tuple(judged.sentences))
    left = (power.until - moscow_date(now)).days
    if left > settings.MCHD_REMIND_DAYS:
        return ShownPower(power, "Действует", "good", works=True)
    return ShownPower(power, "Скоро истекает", "careful", works=True, left=_left(left))


def _left(days: int) -> str:
    return f"истекает через {counted(days, DAYS)}" if days else "сегодня последний день"


def _not_good(power: PowerOfAttorney, judged: PowerReport, now: datetime) -> tuple[str, str]:
    if judged.verdict is PowerVerdict.DATES:
        is_over = power.until < moscow_date(now)
        return ("Истекла", "stop") if is_over else ("Ещё не начала действовать", "info")
    return _WORDS.get(judged.verdict, "Не подходит"), "stop"


def facts_of_people(acting: Any, users: Iterable[User]) -> Mapping[int, list[PersonFact]]:
    """What «Администрирование» shows beside the right to sign: the best paper of each person, in one query of rows.

    Who has none has nothing: whether he signs by the organization's certificate is not known here.
    """
    people = {user.snils: user.pk for user in users if user.snils}
    rows = PowerOfAttorney.objects.visible_to(acting).in_cabinet()
    rows = rows.filter(representative_snils__overlap=list(people)).to_be_judged().order_by("until")
    best: dict[int, ShownPower] = {}
    now = timezone.now()
    for power in rows:
        seen = shown(power, now)
        for snils in power.representative_snils:
            former = best.get(people.get(snils, 0))
            if snils in people and (former is None or seen.works or not former.works):
                best[people[snils]] = seen
    return {pk: [_fact(each)] for pk, each in best.items()}


def _fact(each: ShownPower) -> PersonFact:
    if each.left:
        return PersonFact(f"МЧД {each.left}", "careful")
    if each.works:
        return PersonFact(f"МЧД до {each.power.until:%d.%m.%Y}", "good")
    if each.state == "Истекла":
        return PersonFact(f"МЧД истекла {each.power.until:%d.%m.%Y}", "stop")
    return PersonFact(f"МЧД: {each.state[0].lower()}{each.state[1:]}", each.tone)
