"""Promise 2: nobody sees another organization's data. Every URL × {anonymous, nobody's, no rights, each right, other organization}.

The table is written by hand, not taken from the doors: a URL without a row fails.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from core.checks import every_pattern, is_third_party
from tests import factories
from tests.world import World, make_world

pytestmark = pytest.mark.django_db

VIEW, IMPORT = "sout.view_reports", "sout_org.import_reports"
FLAGS, BRANCH_FLAGS = "control.view_flags", "control.view_flags_branch"
SEE, PREPARE, SIGN = "protocols.view", "protocols.prepare", "protocols.sign"
UNRELATED = "admin.api_keys"
SETTINGS = "admin.settings"
LETTERS, SEND = "control.view_messages", "inspect.send_messages"
INSPECT, REVIEW, KEEP = "inspect.view_flags", "inspect.review_flags", "inspect.keep_registers"

PUBLIC, PERSON, ACTING = "public", "person", "acting"
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
    "accounts:journal": (("admin.access",), ""),
    "accounts:journal_csv": (("admin.access",), ""),
    "accounts:journal_xlsx": (("admin.access",), ""),
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
    "sout_reports:report": ((VIEW, IMPORT), "report"),
    "sout_reports:workplaces": ((VIEW, IMPORT), "report"),
    "sout_reports:workplace": ((VIEW, IMPORT), "place"),
    "sout_reports:reveal_snils": ((VIEW, IMPORT), "place"),
    "sout_reports:protocol": ((VIEW, IMPORT), "measurement"),
    "sout_reports:history": ((VIEW, IMPORT), "report"),
    "sout_reports:download": ((VIEW, IMPORT), "report"),
    "violations:flags": ((FLAGS, BRANCH_FLAGS, IMPORT), ""),
    "violations:flag": ((FLAGS, IMPORT), "flag"),
    "violations:expertise": ((VIEW, FLAGS, IMPORT), "report"),
    "violations:expertise_pdf": ((VIEW, FLAGS, IMPORT), "report"),
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
    "violations:protocol_return": ((PREPARE, SIGN), "frozen"),
    "violations:protocol_withdraw": ((PREPARE,), "draft"),
    "violations:messages": ((LETTERS,), ""),
    "violations:message": ((LETTERS,), "letter"),
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
    "violations:flag_answer": ((FLAGS,), "flag"),
    "violations:attachment": ((FLAGS, INSPECT), "attachment"),
    "violations:inspect_flags": ((INSPECT,), ""),
    "violations:inspect_flag": ((INSPECT,), "flag"),
    "violations:inspect_ask": ((REVIEW,), "flag"),
    "violations:inspect_confirm": ((REVIEW,), "flag"),
    "violations:inspect_dismiss": ((REVIEW,), "flag"),
    "violations:supervised": ((INSPECT,), ""),
    "violations:supervised_organization": ((INSPECT,), "organization"),
    "registries:registers": ((KEEP,), ""),
    "registries:sout_organizations": ((KEEP,), ""),
    "registries:experts": ((KEEP,), ""),
    "registries:register_import": ((KEEP,), "register import"),
    "registries:register_import_status": ((KEEP,), "register import"),
    "simulators:plugin:certificates": (PERSON, ""),
    "simulators:plugin:sign": (PERSON, ""),
    "catalogue": (PUBLIC, ""),
}
NO_DOCUMENT_YET = {"violations:protocol_pdf"}  # a draft has no PDF: 404 is its honest answer
DEVELOPMENT_ONLY = {"simulators:plugin:certificates", "simulators:plugin:sign"}  # answer 404 without LKOT_DEMO_SIGNER


@pytest.fixture
def world() -> World:
    return make_world()


def patterns() -> dict[str, tuple[Any, Any]]:
    return {name: (callback, route) for route, name, callback in every_pattern() if not is_third_party(route)}


def url(world: World, name: str, *, absent: bool = False) -> str:
    return world.url(name, TABLE[name][1], absent=absent)


def ask(name: str, address: str, who: Acting | None) -> list[tuple[str, HttpResponse]]:
    """The answers to every method of a URL."""
    callback, _ = patterns()[name]
    answers = []
    for method in (*callback.door.read, *callback.door.write):
        client = Client(raise_request_exception=True)
        if who is not None:
            factories.sign_in(client, who)
        answer = client.generic(method, address)
        if answer.streaming:
            b"".join(answer.streaming_content)  # to the end, so that the file behind it is closed
        answers.append((method, answer))
    return answers


def scoped() -> list[str]:
    return [name for name, (admits, _) in TABLE.items() if isinstance(admits, tuple)]


def test_every_url_has_a_row_and_every_row_a_url():
    assert set(patterns()) == set(TABLE)


@pytest.mark.parametrize("name", [name for name, (admits, _) in TABLE.items() if admits != PUBLIC])
def test_a_stranger_is_sent_to_sign_in(name, world):
    for method, answer in ask(name, url(world, name), None):
        assert answer.status_code == 302, method
        assert answer["Location"].startswith(reverse("accounts:start")), method


@pytest.mark.parametrize("name", [*scoped(), "accounts:home", "core:notices", "core:notices_read"])
def test_who_acts_for_nobody_is_sent_to_choose(name, world):
    person = factories.user()
    callback, _ = patterns()[name]
    for method in (*callback.door.read, *callback.door.write):
        client = Client()
        client.force_login(person)
        answer = client.generic(method, url(world, name))
        assert (answer.status_code, answer["Location"]) == (302, reverse("accounts:organizations")), method


@pytest.mark.parametrize("name", scoped())
def test_without_the_right_the_page_names_it(name, world):
    member = factories.acting(world.admin.organization, rights=[UNRELATED])
    for method, answer in ask(name, url(world, name), member):
        assert answer.status_code == 403, method
        if method != "HEAD":
            assert member.label(TABLE[name][0][0]) in answer.content.decode()


@pytest.mark.parametrize(("name", "right"), [(name, right) for name in scoped() for right in TABLE[name][0]])
def test_each_right_opens_its_doors(name, right, world):
    holder = factories.acting(world.admin.organization, rights=[right])
    for method, answer in ask(name, url(world, name), holder):
        allowed = {200, 302, 303, 400, 409, 422} | ({404} if name in NO_DOCUMENT_YET else set())
        assert answer.status_code in allowed, f"{method}: {answer.status_code}"


@pytest.mark.parametrize("name", [name for name in scoped() if TABLE[name][1]])
def test_another_organization_is_told_what_an_absent_id_is_told(name, world):
    for (method, foreign), (_, absent) in zip(
        ask(name, url(world, name), world.other), ask(name, url(world, name, absent=True), world.other), strict=True
    ):
        assert foreign.status_code == 404, method
        assert absent.status_code == 404, method
        assert _body(foreign) == _body(absent), method


def _body(answer: HttpResponse) -> str:
    """The page without what changes with every answer."""
    text = answer.content.decode()
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_lists_hold_nothing_of_others(world):
    lists = ("sout_reports:brought", "sout_reports:reports", "violations:flags", "violations:protocols")
    for name in (*lists, "violations:messages", "violations:sent_messages"):
        ((_, page), *_rest) = ask(name, reverse(name), world.other)
        assert page.status_code == 200
        assert world.admin.organization.inn not in page.content.decode()
        for values in world.objects.values():
            assert str(values[0]) not in page.content.decode() or isinstance(values[0], int)


def test_another_persons_grant_cannot_be_taken(world):
    client = factories.sign_in(Client(), world.other)
    assert client.post(url(world, "accounts:switch")).status_code == 404
    session = client.session
    session["acting_grant_id"] = world.admin.grant.pk
    session.save()
    assert client.get(reverse("sout_reports:reports")).status_code == 302, "a grant of somebody else gives no acting"
