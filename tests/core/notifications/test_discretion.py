"""Letters of every kind of notice: no СНИЛС, no name but the recipient's, no outside resource, one button, the page of settings.

The kinds are read out of the source, so a new one fails here until a line below brings it about.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from accounts.acting import Acting
from accounts.models import Organization, User
from accounts.rights import Right
from core.journal import record
from core.journal.models import Event
from core.notifications.choosing import save_preferences
from core.notifications.models import Notice, Topic, Way
from core.notifications.sending import send_due
from core.notifications.spreading import spread_new
from sout_reports import reactions as of_reports
from sout_reports.models import SoutReport
from sout_reports.states import State
from tests import factories
from tests.core.notifications.mailing import reader
from tests.violations import control
from violations import reactions as of_violations

pytestmark = pytest.mark.django_db
REPOSITORY = Path(__file__).resolve().parents[3]
APPS = ("core", "accounts", "registries", "signatures", "sout_reports", "training", "declarations", "violations")
SNILS = re.compile(r"\d{3}-?\d{3}-?\d{3}[ -]?\d{2}")


def kinds_in_source() -> set[str]:
    """What stands before the first colon of `key=` in every call of `tell`."""
    kinds = set()
    for app in APPS:
        for path in (REPOSITORY / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "tell":
                    for keyword in node.keywords:
                        if keyword.arg == "key":
                            text = ast.unparse(keyword.value)
                            kinds.add(re.split("[:{]", text.strip("f'\""))[0])
    return kinds


def event(verb: str, report: SoutReport) -> Event:
    with transaction.atomic():
        return record(verb, report, actor=None, organization=report.organization)


def accepted(employer: Organization, bringer: Acting) -> None:
    of_reports.tell_of_acceptance(event("report.accepted", factories.report(employer, bringer)))


def refused(employer: Organization, bringer: Acting) -> None:
    report = factories.report(None, bringer, state=State.REFUSED)
    of_reports.tell_of_refusal(event("report.refused", report))


def flagged(employer: Organization, bringer: Acting) -> None:
    report, _ = control.not_unique(employer)
    of_violations.tell_employer_of_flags(event("report.accepted", report))


def conforming(employer: Organization, bringer: Acting) -> None:
    of_violations.tell_organization_of_verdict(event("report.verdict_changed", factories.report(employer, bringer)))


def prepared(employer: Organization, bringer: Acting) -> None:
    _, flags = control.not_unique(employer)
    clerk = factories.acting(employer, rights=[Right.PREPARE_PROTOCOLS, Right.VIEW_PROTOCOLS])
    protocol = control.frozen(clerk, flags)
    of_violations.tell_signers(Event.objects.about(protocol).get(verb="protocol.frozen"))


# kind of notice → what brings it about
KINDS: dict[str, Callable[[Organization, Acting], None]] = {
    "report.accepted": accepted,
    "report.taken": accepted,
    "report.refused": refused,
    "report.flags": flagged,
    "report.conforms": conforming,
    "protocol.waits": prepared,
}


def test_every_kind_of_notice_is_known_here() -> None:
    assert kinds_in_source() == set(KINDS)


def test_letters_hold_no_personal_data() -> None:
    employer = factories.organization(short_name="АО «Завод»")
    bringer = reader(factories.sout_organization(short_name="ООО «Лаборатория»"))
    people = [reader(employer), reader(employer), bringer]
    people[0].user.last_name, people[1].user.last_name, people[2].user.last_name = "Ворошилова", "Тетеркина", "Курлыкин"
    for each in people:
        each.user.save(update_fields=["last_name"])
        save_preferences(
            each.user,
            ways={topic.value: Way.AT_ONCE.value for topic in Topic},
            digest_at=time(9),
            quiet_from=None,
            quiet_until=None,
            version=0,
        )
    for tell in dict.fromkeys(KINDS.values()):
        tell(employer, bringer)
    spread_new()
    send_due()
    told = {notice.key.split(":")[0] for notice in Notice.objects.filter(letters__state="sent")}
    assert told == set(KINDS), "a letter of each kind was sent"
    recipients = {each.user.email: each.user for each in people}
    assert {letter.to[0] for letter in mail.outbox} == set(recipients)
    for letter in mail.outbox:
        check(letter, recipients[letter.to[0]])


def check(letter: Any, recipient: User) -> None:
    html = letter.alternatives[0][0]
    others = set(User.objects.exclude(pk=recipient.pk).values_list("last_name", "middle_name", "snils", "email"))
    for text in (letter.subject, letter.body, html):
        assert not SNILS.search(text), text
        for last_name, middle_name, snils, email in others:
            for word in (middle_name, snils, email, *([last_name] if last_name != recipient.last_name else [])):
                assert not word or word not in text, f"{word!r} in a letter to another: {text}"
    assert not re.search(r"(?i)<(img|link|script|style|iframe|object)|\bsrc=|url\(", html)
    assert html.count("/open/") == 1, "one button"
    for text in (letter.body, html):
        assert "/notices/settings/" in text
        assert "Почему" in text
    addresses = set(re.findall(r"https?://[^\s\"<]+", letter.body + html))
    assert all(address.startswith("http://127.0.0.1:8000/") for address in addresses)
