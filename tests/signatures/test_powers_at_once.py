"""A draft is signed, discarded and brought in as a file at the same moment: one effect, nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from core.moves import WrongState, move
from signatures import actions
from signatures.actions import power_drafts, powers
from signatures.models import PowerDraft, PowerOfAttorney
from signatures.states import REQUEST_MOVES
from simulators.demo_ca import sign
from simulators.demo_ca.trusting import trust_demo_authority
from tests import factories
from tests.signatures import papers
from tests.signatures.conftest import HEAD
from tests.signatures.papers import CODE

pytestmark = pytest.mark.django_db(transaction=True)
LONG_ENOUGH = 2  # seconds for the other to come as far as the locks let him


@pytest.fixture
def admin(demo, settings):
    settings.SIGNATURE_MCHD_POWERS = [CODE]
    trust_demo_authority(demo.authority)
    return factories.acting(factories.organization(inn=HEAD["innle"], ogrn=HEAD["ogrn"]))


def outcome(deed: Callable[[], Any]) -> Any:
    try:
        return deed()
    except (actions.PowerNotAdded, WrongState) as refused:
        return refused
    finally:
        connections.close_all()


def first_waits(monkeypatch, module: Any, name: str, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """``first`` comes as far as ``module.name`` and holds what it has locked by then, while ``second`` does what it can."""
    real, there, answers = getattr(module, name), threading.Event(), [None, None]

    def waiting(*given: Any, **more: Any) -> Any:
        if threading.current_thread().name == "first":
            there.set()
            runner.join(LONG_ENOUGH)
        return real(*given, **more)

    def run(index: int, deed: Callable[[], Any]) -> None:
        if index:
            there.wait()
        answers[index] = outcome(deed)

    monkeypatch.setattr(module, name, waiting)
    holder = threading.Thread(target=run, args=(0, first), name="first")
    runner = threading.Thread(target=run, args=(1, second), name="second")
    runner.start()
    holder.start()
    for each in (holder, runner):
        each.join()
    return answers


def test_signed_here_while_the_file_is_brought_in(demo, admin, monkeypatch):
    draft = papers.drafted(admin)
    body = bytes(draft.body)
    here, elsewhere = sign(body, demo.signer), sign(body, demo.signer)
    signed, brought = first_waits(
        monkeypatch,
        power_drafts,
        "add_power",
        lambda: actions.sign_draft(draft, here, acting=admin),
        lambda: powers.add_power(body, elsewhere, acting=admin),
    )
    assert PowerOfAttorney.objects.get() == signed
    assert brought.code == "already_there"
    assert PowerDraft.objects.get().power == signed


def test_discarded_while_the_file_is_brought_in(demo, admin, monkeypatch):
    draft = papers.drafted(admin)
    body = bytes(draft.body)
    signature = sign(body, demo.signer)
    _discarded, brought = first_waits(
        monkeypatch,
        power_drafts,
        "withdraw_request",
        lambda: actions.discard_draft(draft, acting=admin),
        lambda: powers.add_power(body, signature, acting=admin),
    )
    assert PowerOfAttorney.objects.get() == brought
    fresh = PowerDraft.objects.get()
    assert fresh.discarded_at is not None
    assert fresh.power is None


def test_the_term_ends_while_the_file_is_brought_in(demo, admin, monkeypatch):
    draft = papers.drafted(admin)
    real = powers.withdraw_request

    def ends(request: Any, **more: Any) -> Any:
        changes = {"closed_at": timezone.now()}
        move(request, "expire", moves=REQUEST_MOVES, actor=admin, event="signing.expired", changes=changes)
        return real(request, **more)

    monkeypatch.setattr(powers, "withdraw_request", ends)
    power = powers.add_power(bytes(draft.body), sign(bytes(draft.body), demo.signer), acting=admin)
    power_drafts.discard_expired(draft.request_id)
    fresh = PowerDraft.objects.get()
    assert (fresh.power, fresh.discarded_at) == (power, None)


def test_an_expired_draft_goes_once(admin):
    draft = papers.drafted(admin)
    for _ in range(2):
        power_drafts.discard_expired(draft.request_id)
    assert PowerDraft.objects.get().discarded_at is not None
