"""Letters of every kind of notice: no СНИЛС, no name but the recipient's, no outside resource, one button that its recipient may
follow, the page of settings.

The kinds are read out of the source, so a new one fails here until a line of kinds.py brings it about.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.copies import TOPIC_RIGHTS
from accounts.models import User
from core.notifications.choosing import save_preferences
from core.notifications.models import Letter, Notice, Topic, Way
from core.notifications.readers import reader_of
from core.notifications.sending import send_due
from core.notifications.spreading import spread_new
from tests import factories
from tests.core.notifications import kinds

pytestmark = pytest.mark.django_db
REPOSITORY = Path(__file__).resolve().parents[3]
APPS = ("core", "accounts", "registries", "signatures", "sout_reports", "training", "declarations", "violations")
SNILS = re.compile(r"\d{3}-?\d{3}-?\d{3}[ -]?\d{2}")
WITH_TERM = {
    "question",
    "question.soon",
    "message.sent",
    "message.reminder",
    "access.ends",
    "access.ends.keepers",
    "mchd.ends",
}


def kinds_in_source() -> set[str]:
    """What stands before the first colon of `key` in every call of `tell` and `compose`. Where the key is a parameter of the
    function around, it is looked up in the calls of that function: in the same module, else in all."""
    found: set[str] = set()
    for module in telling_modules():
        for call, function in (*calls_in("tell", module), *calls_in("compose", module)):
            for keyword in call.keywords:
                if keyword.arg == "key":
                    found |= set(kinds_of(keyword.value, function, module))
    return found


@cache
def telling_modules() -> list[ast.Module]:
    texts = (path.read_text() for app in APPS for path in (REPOSITORY / app).rglob("*.py"))
    return [ast.parse(text) for text in texts if "tell" in text or "compose(" in text]


def calls_in(name: str, module: ast.Module) -> Iterator[tuple[ast.Call, ast.FunctionDef]]:
    """The calls of a function, each with the function that it stands in."""
    for function in (each for each in ast.walk(module) if isinstance(each, ast.FunctionDef)):
        for call in calls_of(name, function):
            yield call, function


def calls_of(name: str, tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name:
            yield node


def kinds_of(key: ast.expr, function: ast.FunctionDef, module: ast.Module) -> Iterator[str]:
    match key:
        case ast.Constant(value=str(text)) | ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            assert ":" in text, f"the kind is not written out: {ast.unparse(key)}"
            yield text.split(":")[0]
        case ast.IfExp():
            yield from kinds_of(key.body, function, module)
            yield from kinds_of(key.orelse, function, module)
        case ast.JoinedStr(values=[ast.FormattedValue(value=inner), *_]) | ast.Subscript(value=inner):
            yield from kinds_of(inner, function, module)
        case ast.Name():
            positions = [each.arg for each in function.args.args]
            here = [(call, around, module) for call, around in calls_in(function.name, module)]
            everywhere = [(call, f, m) for m in telling_modules() for call, f in calls_in(function.name, m)]
            assert here or everywhere, f"nobody calls {function.name}"
            for call, around, where in here or everywhere:
                given = {keyword.arg: keyword.value for keyword in call.keywords}
                yield from kinds_of(given.get(key.id) or call.args[positions.index(key.id)], around, where)
        case _:
            raise AssertionError(f"the kind is not written out: {ast.unparse(key)}")


def kind(notice: Notice) -> str:
    return notice.key.split(":")[0]


def test_every_kind_of_notice_is_known_here() -> None:
    assert kinds_in_source() == set(kinds.KINDS)


@pytest.fixture
def here(db: None) -> kinds.World:
    """Everything was told, and everybody asked for a letter at once."""
    made = kinds.world()
    for each in made.people.values():
        save_preferences(
            each.user,
            ways={topic.value: Way.AT_ONCE.value for topic in Topic},
            digest_at=time(9),
            quiet_from=None,
            quiet_until=None,
            version=0,
        )
    kinds.tell_everything(made)
    while spread_new():
        pass
    return made


def test_letters_hold_no_personal_data(here: kinds.World) -> None:
    while send_due():
        pass
    sent = Notice.objects.filter(letters__state="sent").distinct()
    assert {kind(notice) for notice in sent} == set(kinds.KINDS), "a letter of each kind was sent"
    recipients = {each.user.email: each.user for each in here.people.values()}
    assert {letter.to[0] for letter in mail.outbox} == set(recipients)
    people = list(User.objects.all())
    for letter in mail.outbox:
        check(letter, recipients[letter.to[0]], people)


def check(letter: Any, recipient: User, people: list[User]) -> None:
    html = letter.alternatives[0][0]
    for text in (letter.subject, letter.body, html):
        assert not SNILS.search(text), text
        assert "Ворошилова М" not in text, "a sole trader is called by his name"
        for other in people:
            if other.pk != recipient.pk:
                last_name = other.last_name if other.last_name != recipient.last_name else ""
                for word in filter(None, (other.middle_name, other.snils, other.email, last_name)):
                    assert not re.search(rf"{re.escape(word)}\b", text), f"{word!r} in a letter to another: {text}"
    assert not re.search(r"(?i)<(img|link|script|style|iframe|object)|\bsrc=|url\(", html)
    assert html.count("/open/") == 1, "one button"
    for text in (letter.body, html):
        assert "/notices/settings/" in text
        assert "Почему" in text
    addresses = set(re.findall(r"https?://[^\s\"<]+", letter.body + html))
    assert all(address.startswith("http://127.0.0.1:8000/") for address in addresses)


def test_notices_say_why_and_by_when(here: kinds.World) -> None:
    for notice in Notice.objects.all():
        assert notice.why, notice.key
        assert notice.action, notice.key
        assert notice.topic in Topic, notice.key
        if kind(notice) in WITH_TERM - {"message.sent"}:
            assert notice.due_on is not None, notice.key
    with_term = {kind(notice) for notice in Notice.objects.exclude(due_on=None)}
    assert with_term >= WITH_TERM
    assert not {each for each in with_term if each.endswith((".over", ".closed", ".withdrawn"))}


def test_what_can_be_copied_has_a_topic_of_its_right(here: kinds.World) -> None:
    """The form of addresses offers topics by `TOPIC_RIGHTS`: a right that it lacks would be a topic that nobody can choose."""
    for notice in Notice.objects.filter(user=None):
        assert notice.right, notice.key
        assert TOPIC_RIGHTS[Topic(notice.topic)] & set(notice.right.split()), notice.key


def test_every_recipient_may_follow_the_button(here: kinds.World) -> None:
    letters = Letter.objects.exclude(user=None).select_related("user", "notice__organization", "notice__branch")
    followed = set()
    clients: dict[int, Client] = {}  # everybody here has one access
    for letter in letters:
        assert letter.user is not None
        assert letter.notice is not None
        acting = reader_of(letter.notice, letter.user)
        assert acting is not None, letter.notice.key
        if letter.user.pk not in clients:
            clients[letter.user.pk] = factories.sign_in(Client(), acting)  # type: ignore[arg-type]  # accounts' own Acting
        answer = clients[letter.user.pk].get(reverse("core:notice_open", args=[letter.notice.pk]), follow=True)
        where = f"{letter.notice.key} to {sorted(acting.rights)[:5]}: {answer.redirect_chain}"
        assert answer.status_code == 200, where
        landed = answer.redirect_chain[0][0]
        assert urlsplit(landed).path == urlsplit(letter.notice.url).path, where
        followed.add(kind(letter.notice))
    assert followed == set(kinds.KINDS)


def test_the_reason_of_a_refusal_is_read_in_the_cabinet(here: kinds.World) -> None:
    notice = Notice.objects.get(key__startswith="access.answered", text__contains="не предоставлено")
    assert "занята" not in notice.text
    clerk = factories.sign_in(Client(), reader_of(notice, here["clerk"].user))  # type: ignore[arg-type]  # as above
    assert "Протоколами занята" in clerk.get(notice.url).content.decode()
    other = factories.sign_in(Client(), here["mail"])
    assert "Протоколами занята" not in other.get(notice.url).content.decode(), "another person's request"
    for nonsense in ("x", "²", "9" * 30):
        assert clerk.get(reverse("accounts:home"), {"asked": nonsense}).status_code == 200
