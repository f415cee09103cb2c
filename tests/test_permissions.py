"""Promise 2: nobody sees another organization's data. Every URL × method × actor × object (tests.matrix).

The table is written by hand, not taken from the doors: a URL without a row fails.
"""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import core.doors
from accounts.rights import Right
from core.checks import every_pattern, is_third_party
from tests import factories, matrix
from tests.matrix import ACTING, PERSON, PUBLIC, RIGHTS, Cell, Expected, Matrix, cells, expected, make_matrix
from tests.world import World, make_world

pytestmark = pytest.mark.django_db

VIEW, IMPORT = "sout.view_reports", "sout_org.import_reports"
FLAGS, BRANCH_FLAGS = "control.view_flags", "control.view_flags_branch"
SEE, PREPARE, SIGN = "protocols.view", "protocols.prepare", "protocols.sign"
SETTINGS, ACCESS = "admin.settings", "admin.access"
LETTERS, SEND = "control.view_messages", "inspect.send_messages"
INSPECT, REVIEW, KEEP = "inspect.view_flags", "inspect.review_flags", "inspect.keep_registers"

# URL name → (who is let in: a word or the rights of which one is enough, the object in its path)
TABLE: dict[str, tuple[str | tuple[str, ...], str]] = {
    "esia_callback": (PUBLIC, ""),
    "accounts:start": (PUBLIC, ""),
    "accounts:sign_in": (PUBLIC, ""),
    "accounts:sign_out": (PERSON, ""),
    "accounts:organizations": (PERSON, ""),
    "accounts:esia_organization": (PERSON, ""),
    "accounts:esia_organization_callback": (PERSON, ""),
    "accounts:switch": (PERSON, "grant"),
    "accounts:home": (ACTING, ""),
    "accounts:sessions": (PERSON, ""),
    "accounts:session_end": (PERSON, "session"),
    "accounts:sessions_end_others": (PERSON, ""),
    "accounts:sessions_end_all": (PERSON, ""),
    "accounts:session_continue": (PERSON, ""),
    "accounts:my_actions": (PERSON, ""),
    "accounts:my_actions_file": (PERSON, ""),
    "accounts:administration": ((ACCESS,), ""),
    "accounts:access_new": ((ACCESS,), ""),
    "accounts:employees": ((ACCESS,), ""),
    "accounts:invite": ((ACCESS,), ""),
    "accounts:access_review": ((ACCESS,), ""),
    "accounts:access_edit": ((ACCESS,), "colleague"),
    "accounts:access_revoke": ((ACCESS,), "colleague"),
    "accounts:access_request": ((ACCESS,), "request"),
    "accounts:ask": (ACTING, ""),
    "accounts:journal": ((ACCESS,), ""),
    "accounts:journal_csv": ((ACCESS,), ""),
    "accounts:journal_xlsx": ((ACCESS,), ""),
    "core:help": (PUBLIC, ""),
    "core:notices": (ACTING, ""),
    "core:notices_read": (ACTING, ""),
    "core:notice_open": (PUBLIC, "notice"),  # out of a letter: leads a stranger to sign in, and shows nothing before
    "core:notice_settings": (PERSON, ""),
    "core:address_confirm": (PUBLIC, "confirm token"),
    "core:address_stop": (PUBLIC, "stop token"),
    "accounts:settings": ((SETTINGS,), ""),
    "accounts:settings_contacts": ((SETTINGS,), ""),
    "accounts:settings_addresses": ((SETTINGS,), ""),
    "accounts:settings_address": ((SETTINGS,), "address"),
    "accounts:settings_branches": ((SETTINGS,), ""),
    "sout_reports:upload": ((IMPORT,), ""),
    "sout_reports:brought": ((IMPORT,), ""),
    "sout_reports:receipt": ((IMPORT,), "report"),
    "sout_reports:status": ((IMPORT,), "report"),
    "sout_reports:receipt_pdf": ((IMPORT,), "report"),
    "sout_reports:refusal": ((IMPORT,), "refused"),
    "sout_reports:problems_file": ((IMPORT,), "refused csv"),
    "sout_reports:refused_file": ((IMPORT,), "refused"),
    "sout_reports:reports": ((VIEW,), ""),
    "sout_reports:report": ((VIEW, IMPORT, INSPECT), "report"),
    "sout_reports:workplaces": ((VIEW, IMPORT, INSPECT), "report"),
    "sout_reports:workplace": ((VIEW, IMPORT, INSPECT), "place"),
    "sout_reports:reveal_snils": ((VIEW, IMPORT, INSPECT), "place"),
    "sout_reports:protocol": ((VIEW, IMPORT, INSPECT), "measurement"),
    "sout_reports:history": ((VIEW, IMPORT, INSPECT), "report"),
    "sout_reports:download": ((VIEW, IMPORT, INSPECT), "report"),
    "violations:flags": ((FLAGS, BRANCH_FLAGS, IMPORT, INSPECT), ""),
    "violations:flag": ((FLAGS, BRANCH_FLAGS, IMPORT, INSPECT), "flag"),
    "violations:expertise": ((VIEW, FLAGS, BRANCH_FLAGS, IMPORT, INSPECT), "report"),
    "signatures:powers": (ACTING, ""),
    "signatures:power_add": (ACTING, ""),
    "signatures:power_new": ((ACCESS,), ""),
    "signatures:power": (ACTING, "power"),
    "signatures:power_xml": (ACTING, "power"),
    "signatures:power_signature": (ACTING, "power"),
    "signatures:power_withdraw": ((ACCESS,), "power"),
    "signatures:power_draft": (ACTING, "power draft"),
    "signatures:power_draft_xml": (ACTING, "power draft"),
    "signatures:power_draft_discard": ((ACCESS,), "power draft"),
    "violations:expertise_pdf": ((VIEW, FLAGS, BRANCH_FLAGS, IMPORT, INSPECT), "report"),
    "violations:rules": (PERSON, ""),
    "violations:commission_members": ((PREPARE, SETTINGS), ""),
    "violations:commission_member": ((PREPARE, SETTINGS), "kept member"),
    "violations:protocols": ((SEE, PREPARE, SIGN), ""),
    "violations:protocol_new": ((PREPARE,), ""),
    "violations:protocol_import": ((PREPARE,), ""),
    "violations:protocol": ((SEE, PREPARE, SIGN), "draft"),
    "violations:protocol_edit": ((PREPARE,), "draft"),
    "violations:protocol_check": ((PREPARE,), "draft"),
    "violations:protocol_preview": ((SEE, PREPARE, SIGN), "frozen"),
    "violations:protocol_document": ((SEE, PREPARE, SIGN), "frozen"),
    "violations:protocol_pdf": ((SEE, PREPARE, SIGN), "draft"),
    "violations:protocol_sign": ((SIGN,), "frozen"),
    "violations:protocol_commission": ((SEE, PREPARE, SIGN), "frozen"),
    "violations:protocol_decline": ((PREPARE, SIGN), "frozen"),
    "violations:protocol_opinion": ((SEE, PREPARE, SIGN), "frozen"),
    "violations:opinion": ((SEE, PREPARE, SIGN), "opinion"),
    "violations:opinion_document": ((SEE, PREPARE, SIGN), "opinion"),
    "violations:opinion_withdraw": ((SEE, PREPARE, SIGN), "opinion"),
    "violations:protocol_return": ((PREPARE, SIGN), "frozen"),
    "violations:protocol_withdraw": ((PREPARE,), "draft"),
    "violations:messages": ((LETTERS,), ""),
    "violations:message": ((LETTERS,), "letter"),
    "violations:message_answer": ((PREPARE,), "letter"),
    "violations:message_read": ((LETTERS,), "letter"),
    "violations:message_pdf": ((LETTERS,), "letter"),
    "violations:message_file": ((LETTERS, SEND), "message file"),
    "violations:sent_messages": ((SEND,), ""),
    "violations:sent_message_new": ((SEND,), ""),
    "violations:sent_message": ((SEND,), "message"),
    "violations:sent_message_edit": ((SEND,), "message draft"),
    "violations:sent_message_recipients": ((SEND,), "message draft"),
    "violations:sent_message_send": ((SEND,), "message draft"),
    "violations:sent_message_status": ((SEND,), "message"),
    "violations:sent_message_correct": ((SEND,), "message"),
    "violations:sent_message_discard": ((SEND,), "message draft"),
    "violations:sent_message_withdraw": ((SEND,), "message"),
    "violations:sent_thread": ((SEND,), "thread"),
    "violations:sent_thread_close": ((SEND,), "thread"),
    "violations:flag_answer": ((PREPARE,), "flag"),
    "violations:attachment": ((FLAGS, BRANCH_FLAGS, INSPECT), "attachment"),
    "violations:inspect_flags": ((INSPECT,), ""),
    "violations:inspect_flag": ((INSPECT,), "flag"),
    "violations:inspect_ask": ((REVIEW,), "flag"),
    "violations:inspect_confirm": ((REVIEW,), "flag"),
    "violations:inspect_dismiss": ((REVIEW,), "flag"),
    "violations:supervised": ((INSPECT,), ""),
    "violations:supervised_organization": ((INSPECT,), "organization"),
    "signatures:requests": (ACTING, ""),
    "signatures:check_document": (PUBLIC, ""),
    "signatures:check_result": (PUBLIC, "check"),
    "signatures:receipt": (ACTING, "signature"),
    "signatures:signature_file": (ACTING, "signature"),
    "signatures:evidence": (ACTING, "signature"),
    "registries:registers": ((KEEP,), ""),
    "registries:sout_organizations": ((KEEP,), ""),
    "registries:experts": ((KEEP,), ""),
    "registries:register_import": ((KEEP,), "register import"),
    "registries:register_import_status": ((KEEP,), "register import"),
    "signatures:trust": (PERSON, ""),
    "signatures:doctor": (ACTING, ""),
    "signatures:doctor_challenge": (ACTING, ""),
    "signatures:doctor_certificate": (ACTING, ""),
    "signatures:doctor_signature": (ACTING, ""),
    "signatures:doctor_certificates": (ACTING, ""),
    "simulators:plugin:certificates": (PERSON, ""),
    "simulators:plugin:sign": (PERSON, ""),
    "catalogue": (PUBLIC, ""),
}
# Cells whose honest answer is 404 although the door opens; each with its reason.
NO_DOCUMENT_YET = {"violations:protocol_pdf"}  # a draft has no PDF
DEVELOPMENT_ONLY = {"simulators:plugin:certificates", "simulators:plugin:sign"}  # answer 404 without LKOT_DEMO_SIGNER
OF_ANOTHER_BROWSER = {"signatures:check_result"}  # opens by the cookie of who uploaded alone
NOTHING_NAMED = {"accounts:esia_organization"}  # the POST of the matrix names no role
NOT_FOUND_INSIDE = NO_DOCUMENT_YET | DEVELOPMENT_ONLY | NOTHING_NAMED | OF_ANOTHER_BROWSER
POSTED = {
    "accounts:ask": {"right": "sout.view_reports"}
}  # what a POST must name to come as far as the door's other side
LET_IN = {200, 302, 303, 400, 409, 422}
CHUNKS = 8  # tests of one matrix, for several processes


def patterns() -> dict[str, tuple[Any, Any]]:
    return {name: (callback, route) for route, name, callback in every_pattern() if not is_third_party(route)}


def methods() -> dict[str, tuple[str, ...]]:
    return {name: callback.door.methods for name, (callback, _) in patterns().items()}


def test_every_url_has_a_row_and_every_row_a_url():
    assert set(patterns()) == set(TABLE)


def test_the_matrix_knows_every_right_by_its_label():
    assert {right.value: right.label for right in Right} == RIGHTS
    for admits, _ in TABLE.values():
        assert isinstance(admits, str) or set(admits) <= set(RIGHTS)


def test_the_matrix_is_large_and_its_chunks_are_all_of_it():
    every = list(cells(TABLE, methods()))
    assert len(every) >= 5_000
    assert len(set(every)) == len(every)
    assert sum(len(list(cells(chunk(number), methods()))) for number in range(CHUNKS)) == len(every)
    told = {expected(TABLE, cell.name, matrix.ROLES[cell.actor], cell.place) for cell in every}
    assert told == set(Expected)


def chunk(number: int) -> matrix.Table:
    """Every eighth row: neighbours in the table are alike, so the chunks take about the same time."""
    return dict(list(TABLE.items())[number::CHUNKS])


@pytest.mark.slow
@pytest.mark.parametrize("number", range(CHUNKS))
def test_no_cell_of_the_matrix_is_wrong(number, settings, monkeypatch):
    settings.ACCOUNT_RATE_LIMITS = {}  # thousands of requests in a minute
    monkeypatch.setattr(core.doors, "no_right", bare_no_right)
    places = make_matrix(TABLE)
    every = list(cells(chunk(number), methods()))
    with time_machine.travel(timezone.now(), tick=False):  # pages tell the seconds until the session ends
        wrong = [f"{cell}: {trouble}" for cell in every if (trouble := judged(places, cell))]
    assert not wrong, f"{len(wrong)} of {len(every)}:\n" + "\n".join(wrong[:200])


def bare_no_right(request: HttpRequest, right: str) -> HttpResponse:
    """The door's refusal without its page: most cells are refused so, and the page takes longer than all before it."""
    return HttpResponse(right, status=403)


def judged(places: Matrix, cell: Cell) -> str:
    """What is wrong with a cell, "" for nothing."""
    role = matrix.ROLES[cell.actor]
    wanted = expected(TABLE, cell.name, role, cell.place)
    answer = places.ask(cell.actor, cell.method, places.url(cell.name, cell.place), POSTED.get(cell.name))
    status, said = answer.status_code, f"{wanted}, answers {answer.status_code}"
    match wanted:
        case Expected.LET_IN:
            ok = status in LET_IN or (status == 404 and cell.name in NOT_FOUND_INSIDE)
        case Expected.SIGN_IN:
            ok = status == 302 and answer["Location"].startswith(reverse("accounts:start"))
        case Expected.CHOOSE:
            ok = (status, answer.get("Location")) == (302, reverse("accounts:organizations"))
        case Expected.NO_RIGHT:
            ok = status == 403 and (cell.method == "HEAD" or answer.content.decode() in TABLE[cell.name][0])
        case Expected.ABSENT:
            ok = status == 404 and factories.page_of(answer) == places.absent_page(cell)
    return "" if ok else said


@pytest.fixture
def world() -> World:
    return make_world()


def ask(name: str, address: str, who: Any) -> list[tuple[str, HttpResponse]]:
    """The answers to every method of a URL."""
    answers = []
    for method in methods()[name]:
        answer = factories.sign_in(Client(), who).generic(method, address)
        answers.append((method, answer))
    return answers


def test_lists_hold_nothing_of_others(world):
    lists = ("sout_reports:brought", "sout_reports:reports", "violations:flags", "violations:protocols")
    for name in (*lists, "violations:messages", "violations:sent_messages"):
        ((_, page), *_rest) = ask(name, reverse(name), world.other)
        assert page.status_code == 200
        assert world.admin.organization.inn not in page.content.decode()
        for values in world.objects.values():
            assert str(values[0]) not in page.content.decode() or isinstance(values[0], int)


def test_another_persons_grant_gives_no_acting(world):
    client = factories.sign_in(Client(), world.other)
    session = client.session
    session["acting_grant_id"] = world.admin.grant.pk
    session.save()
    assert client.get(reverse("sout_reports:reports")).status_code == 302, "a grant of somebody else gives no acting"


def test_every_scoped_url_refuses_who_has_no_business_there(world, settings):
    """The short form of the matrix, always judged: a stranger is sent to sign in, who lacks the right gets 403, another
    organization 404."""
    settings.ACCOUNT_RATE_LIMITS = {}
    clerk = factories.acting(world.admin.organization, rights=["admin.api_keys"])
    wrong = []
    for name, (admits, kind) in TABLE.items():
        if not isinstance(admits, tuple):
            continue
        address = world.url(name, kind)
        for method in methods()[name]:
            stranger = Client().generic(method, address).status_code
            wrong += [f"{name} {method}: a stranger gets {stranger}"] if stranger != 302 else []
        for method, answer in ask(name, address, clerk):
            wrong += [f"{name} {method}: without the right {answer.status_code}"] if answer.status_code != 403 else []
        if kind:
            other = world.other_keeper if admits == (KEEP,) else world.other
            for method, answer in ask(name, address, other):
                wrong += [f"{name} {method}: of others {answer.status_code}"] if answer.status_code != 404 else []
    assert not wrong, "\n".join(wrong)
