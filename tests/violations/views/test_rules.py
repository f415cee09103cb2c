"""The catalogue of rules."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from violations.rules.sout import book

pytestmark = pytest.mark.django_db


def test_every_rule_is_listed_for_anybody_signed_in() -> None:
    client = Client()
    client.force_login(factories.user())
    text = client.get(reverse("violations:rules")).content.decode()
    assert all(rule.code in text for rule in book)
    assert book.edition() in text
    assert all(rule.checks in text for rule in book), "each says what is compared with what"
    assert all(rule.checks.endswith(".") for rule in book)
