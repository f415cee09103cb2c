"""Colleagues who add addresses of one organization at the same moment."""

from __future__ import annotations

import pytest

from accounts.acting import Acting
from accounts.models import Branch
from core.notifications.addresses import ADDRESSES_MAX, AddressRefused, add_copy_address
from core.notifications.models import Address, Topic
from tests import factories
from tests.core.notifications.mailing import reader
from tests.violations.protocols.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def add(who: Acting, email: str) -> str:
    try:
        add_copy_address(who, email=email, topics=[Topic.FLAGS])
    except AddressRefused as refused:
        return str(refused)
    return ""


def test_the_last_place_and_the_same_address_are_taken_once() -> None:
    place = factories.organization()
    for number in range(ADDRESSES_MAX - 1):
        Address.objects.create(
            organization=place, email=f"a{number}@plant.example", topics=[Topic.FLAGS], created_by=factories.user()
        )
    people = [reader(place) for _ in range(4)]
    answers = at_once(*[lambda who=who, n=n: add(who, f"b{n}@plant.example") for n, who in enumerate(people)])
    assert sum(not each for each in answers) == 1
    assert Address.objects.filter(organization=place).count() == ADDRESSES_MAX
    branch = Branch.objects.create(organization=place, name="Филиал", kpp="661243001")
    there = [reader(place, branch=branch) for _ in range(3)]
    answers = at_once(*[lambda who=who: add(who, "branch@plant.example") for who in there])
    assert sorted(answers)[0] == "", "a branch has places of its own"
    assert [each.startswith("Этот адрес уже в списке") for each in answers].count(True) == 2
