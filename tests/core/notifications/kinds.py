"""An example of every kind of notice, brought about by the actions themselves, and the people whom the notices reach."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from unittest.mock import patch

import time_machine
from django.db import transaction
from django.utils import timezone

from accounts import reminders
from accounts.acting import Acting
from accounts.actions import ask_for_right, create_grant, decline_request, grant_request
from accounts.models import Branch, Grant, Organization, Source
from accounts.rights import Right
from core.calendar import add_workdays
from core.journal import record
from core.journal.models import Event
from core.notifications.keeping import pause_unkept
from core.notifications.models import Address, Topic
from signatures.actions import expire_overdue, keep_document, rechecks, remind_due
from signatures.actions.power_watch import take_answer
from signatures.cms.document import Document
from signatures.mchd.registry import Answer, RegistryStatus
from signatures.models import RevocationRecheck, Signature, SigningRequest
from sout_reports import reactions as of_reports
from sout_reports.models import SoutReport
from sout_reports.states import State
from tests import factories
from tests.core.notifications.mailing import reader
from tests.signatures import papers
from tests.violations import control, letters
from violations import reactions as of_violations
from violations.flags.models import Flag
from violations.flags.raising import make_obsolete
from violations.inspection import actions as inspection
from violations.inspection import reactions as of_inspection
from violations.inspection.states import Ground
from violations.messages import actions as messages
from violations.messages.actions import sending, threads
from violations.tasks import watch_questions

# name of the reader → (whose he is, his rights: none for an administrator)
READERS: dict[str, tuple[str, tuple[Right, ...]]] = {
    "head": ("employer", ()),
    "reads": ("employer", (Right.VIEW_REPORTS,)),
    "flags": ("employer", (Right.VIEW_FLAGS,)),
    "mail": ("employer", (Right.VIEW_MESSAGES,)),
    "keeper": ("employer", (Right.ACCESS,)),
    "clerk": ("employer", (Right.VIEW_NOTICE,)),
    "signs": ("employer", (Right.SIGN_PROTOCOLS,)),
    "branch_head": ("branch", ()),
    "branch_flags": ("branch", (Right.VIEW_FLAGS_BRANCH,)),
    "branch_keeper": ("branch", (Right.ACCESS,)),
    "bringer": ("sout", (Right.IMPORT_REPORTS,)),
    "sout_head": ("sout", ()),
    "inspector": ("inspectorate", (Right.INSPECT_FLAGS, Right.REVIEW_FLAGS)),
    "sender": ("inspectorate", (Right.SEND_MESSAGES,)),
    "chief": ("inspectorate", ()),
}


@dataclass(frozen=True, slots=True)
class World:
    employer: Organization
    branch: Branch
    people: dict[str, Acting]

    def __getitem__(self, name: str) -> Acting:
        return self.people[name]


def world() -> World:
    """An employer with a branch, the SOUT organization of its reports, the inspectorate of its region; everybody has an address
    and a family name of his own, and a few of them a single right."""
    employer = factories.organization(short_name="АО «Завод»")
    branch = Branch.objects.create(organization=employer, kpp="770202002", name="Филиал в г. Ижевск")
    places = {
        "employer": (employer, None),
        "branch": (employer, branch),
        "sout": (factories.sout_organization(short_name="ООО «Лаборатория»"), None),
        "inspectorate": (factories.inspectorate(short_name="ГИТ"), None),
    }
    people = {}
    for number, (name, (place, rights)) in enumerate(READERS.items()):
        organization, scope = places[place]
        people[name] = reader(organization, branch=scope, rights=tuple(map(str, rights)))
        people[name].user.last_name = f"Ворошилов{chr(ord('а') + number)}"
        people[name].user.save(update_fields=["last_name"])
    return World(employer, branch, people)


# --- reports


def _event(verb: str, report: SoutReport) -> Event:
    with transaction.atomic():
        return record(verb, report, actor=None, organization=report.organization)


def accepted(here: World) -> None:
    for branch in (None, here.branch):
        report = factories.report(here.employer, here["bringer"], branch=branch)
        of_reports.tell_of_acceptance(_event("report.accepted", report))


def refused(here: World) -> None:
    report = factories.report(None, here["bringer"], state=State.REFUSED)
    of_reports.tell_of_refusal(_event("report.refused", report))


def flagged(here: World) -> None:
    report, _ = control.not_unique(here.employer, branch=here.branch, by=here["bringer"])
    of_violations.tell_employer_of_flags(_event("report.accepted", report))


def conforming(here: World) -> None:
    report = factories.report(here.employer, here["bringer"])
    of_violations.tell_organization_of_verdict(_event("report.verdict_changed", report))


def prepared(here: World) -> None:
    """Frozen by somebody who may not sign it."""
    _, flags = control.not_unique(here.employer, by=here["bringer"])
    prepares = factories.acting(here.employer, rights=[Right.VIEW_FLAGS, Right.PREPARE_PROTOCOLS, Right.VIEW_PROTOCOLS])
    protocol = control.frozen(prepares, flags)
    of_violations.tell_signers(Event.objects.about(protocol).get(verb="protocol.frozen"))


def unsigned(here: World) -> None:
    """The commission is to sign, and nobody does in time."""
    _, flags = control.not_unique(here.employer, by=here["bringer"])
    prepares = factories.acting(here.employer, rights=[Right.VIEW_FLAGS, Right.PREPARE_PROTOCOLS, Right.VIEW_PROTOCOLS])
    protocol = control.commission_frozen(prepares, flags)
    of_violations.tell_signers(Event.objects.about(protocol).get(verb="protocol.frozen"))
    now = timezone.now()
    SigningRequest.objects.filter(pk=protocol.request_id).update(
        created_at=now - timedelta(days=40), expires_at=now - timedelta(days=1)
    )
    expire_overdue()
    _react("signing.expired", of_violations.return_unsigned)


# --- the inspector's review


def _react(verb: str, reaction_to: Callable[[Event], None]) -> None:
    reaction_to(Event.objects.filter(verb=verb).latest("pk"))


def reviewed(here: World) -> None:
    """Asked, reminded of, not answered in time, answered late, confirmed; another flag is dismissed."""
    _, (flag,) = control.not_unique(here.employer, branch=here.branch, by=here["bringer"])
    question = inspection.ask(flag, text="Поясните признак.", days=10, acting=here["inspector"])
    _react("flag.questioned", of_inspection.tell_employer_of_question)
    last_day = timezone.make_aware(datetime.combine(question.due_on, time(12)))
    with time_machine.travel(last_day, tick=False):
        watch_questions()
    with time_machine.travel(last_day + timedelta(days=1), tick=False):
        watch_questions()
        _react("flag.overdue", of_inspection.tell_both_of_overdue)
        inspection.answer(Flag.objects.get(pk=flag.pk), text="Поясняем.", files=[], acting=here["flags"])
    _react("flag.explained", of_inspection.tell_inspector_of_explanation)
    inspection.confirm(
        Flag.objects.get(pk=flag.pk), ground=Ground.NOT_REFUTED, text="Виновата Ворошилова.", acting=here["inspector"]
    )
    _react("flag.confirmed", of_inspection.tell_of_decision)
    _, (other,) = control.not_unique(here.employer, by=here["bringer"])
    inspection.dismiss(other, ground=Ground.MENDED, text="Снято.", acting=here["inspector"])
    _react("flag.dismissed", of_inspection.tell_of_decision)


def lapsed(here: World) -> None:
    """The report is replaced while a question about its flag waits."""
    report, (flag,) = control.not_unique(here.employer, branch=here.branch, by=here["bringer"])
    inspection.ask(flag, text="Поясните признак.", days=10, acting=here["inspector"])
    with transaction.atomic():
        make_obsolete(report, reason="Отчёт заменён исправленным")
    _react("question.closed", of_inspection.tell_both_of_closing)


# --- messages


def conversed(here: World) -> None:
    """Sent, reminded of, answered, asked once more, closed, opened again; others are corrected and withdrawn."""
    day = add_workdays(timezone.localdate(), 10)
    message = letters.sent(here["sender"], here.employer, answer_by=day)
    messages.remind(on=day)
    recipient = letters.one(message)
    letters.answered(recipient, here["mail"], "Ответ готовила Ворошилова.")
    messages.ask(letters.one(message), text="Пришлите приказ.", once=uuid.uuid4(), acting=here["sender"])
    messages.close(letters.one(message), acting=here["sender"])
    messages.reopen(letters.one(message), acting=here["sender"])
    gone = letters.sent(here["sender"], here.branch)
    messages.withdraw(gone, reason="Отправила по ошибке Ворошилова.", acting=here["sender"])
    letters.work(gone)


def answered_by_many(here: World) -> None:
    sole_trader = factories.organization(short_name="ИП Ворошилова М. И.", inn="770123456789")
    with patch.object(threads, "TOLD_EACH_UP_TO", 0):
        letters.answered(letters.one(letters.sent(here["sender"], here.employer)), here["mail"])
    trader = factories.acting(sole_trader)
    letters.answered(letters.one(letters.sent(here["sender"], sole_trader)), trader)


def not_sent(here: World) -> None:
    """The only recipient left the territory before the job came to write it down."""
    leaves = factories.organization()
    draft = letters.drafted(here["sender"], leaves)
    with patch.object(sending, "AT_ONCE", 0):
        message = messages.send(draft, version=draft.version, acting=here["sender"])
    Organization.objects.filter(pk=leaves.pk).update(region="78")
    letters.work(message)


# --- access


def asked_and_answered(here: World) -> None:
    given, _ = ask_for_right(Right.VIEW_REPORTS, actor=here["clerk"])
    refused_one, _ = ask_for_right(Right.VIEW_PROTOCOLS, actor=here["clerk"])
    grant_request(given, actor=here["head"])
    decline_request(refused_one, actor=here["head"], reason="Протоколами занята Ворошилова, СНИЛС 112-233-445 95.")
    branch_one, _ = ask_for_right(Right.VIEW_REPORTS, actor=here["branch_flags"])
    assert branch_one.branch == here.branch


def ending(here: World) -> None:
    """Access of one in the organization and of one in the branch ends within two weeks."""
    for name in ("reads", "branch_flags"):
        held = Grant.objects.usable().get(user=here[name].user)
        create_grant(
            user=here[name].user,
            organization=here.employer,
            branch=here[name].branch,
            rights=held.rights,
            until=timezone.now() + timedelta(days=10),
            source=Source.COMMAND,
            actor=None,
        )
    reminders.remind_of_ends()


def to_review(here: World) -> None:
    reminders.remind_of_reviews(timezone.now() + timedelta(days=100))


def unkept(here: World) -> None:
    """Who asked for copies to the organization's mailbox has no access any more."""
    Address.objects.create(
        organization=here.employer,
        email="safety@plant.example",
        topics=[Topic.FLAGS],
        created_by=factories.user(),
        confirmed_at=timezone.now(),
    )
    pause_unkept()


# --- signatures


def found_revoked(here: World) -> None:
    """A signature accepted without a revocation list, by a certificate that had been revoked."""
    acting, now = here["head"], timezone.now()
    signature = Signature.objects.create(
        document=keep_document(Document(b"<a/>"), name="a.xml", purpose="p", acting=acting, file=None),
        organization=acting.organization,
        person=acting.user,
        purpose="p",
        thumbprint="AB" * 20,
        not_before=now,
        not_after=now,
        qualified=True,
        der=b"",
        certificate=b"",
        chain=[],
        revocation=[],
        verdict="ok",
        moment=now,
    )
    row = RevocationRecheck.objects.create(signature=signature, asked_at=now, next_try_at=now)
    answer = RevocationRecheck.Outcome.REVOKED, now - timedelta(days=1)
    with patch.object(rechecks, "judge", return_value=answer):
        rechecks.settle(row, now)


# --- powers of attorney


def of_attorney(here: World) -> None:
    """One ends within a month, one is revoked."""
    now = timezone.now()
    papers.kept(here["signs"], until=timezone.localdate() + timedelta(days=10))
    remind_due()
    take_answer(papers.kept(here["branch_flags"]), Answer(RegistryStatus.REVOKED, now, "реестр"), now=now)


# kind of notice → what brings it about; those that come out of one story have the same function
KINDS: dict[str, Callable[[World], None]] = {
    "report.accepted": accepted,
    "report.taken": accepted,
    "report.refused": refused,
    "report.flags": flagged,
    "report.conforms": conforming,
    "protocol.waits": prepared,
    "protocol.commission": unsigned,
    "protocol.expired": unsigned,
    "question": reviewed,
    "question.soon": reviewed,
    "question.over": reviewed,
    "question.unanswered": reviewed,
    "question.closed": lapsed,
    "question.lapsed": lapsed,
    "explanation": reviewed,
    "decision": reviewed,
    "decision.sout": reviewed,
    "message.sent": conversed,
    "message.reminder": conversed,
    "message.answered": conversed,
    "message.asked": conversed,
    "message.closed": conversed,
    "message.reopened": conversed,
    "message.withdrawn": conversed,
    "message.answers": answered_by_many,
    "message.not_sent": not_sent,
    "access.asked": asked_and_answered,
    "access.answered": asked_and_answered,
    "access.ends": ending,
    "access.ends.keepers": ending,
    "access.review": to_review,
    "address.paused": unkept,
    "signature.revoked": found_revoked,
    "mchd.ends": of_attorney,
    "mchd.revoked": of_attorney,
}


def tell_everything(here: World) -> None:
    for bring_about in dict.fromkeys(KINDS.values()):
        bring_about(here)
