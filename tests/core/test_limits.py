"""Limits of costly requests: what the environment may say of them, and how a refusal reads."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from core.limits import too_often
from lkot.limits import rate_limits

USUAL = {"one": ("20/m", "ip"), "other": ("6/h", "user")}


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ("", {"one": "20/m/ip", "other": "6/h/user"}),
        ("off", {}),
        (" one=5/10m ; ", {"one": "5/10m/ip", "other": "6/h/user"}),
        ("one=off;other=1/d", {"other": "1/d/user"}),
    ],
)
def test_what_may_be_said(said, limits):
    assert rate_limits(USUAL, said) == limits


@pytest.mark.parametrize("said", ["on", "one", "one=", "one=often", "one=0/m", "one=5/m/user", "another=5/m"])
def test_a_limit_that_means_nothing_stops_the_start(said):
    with pytest.raises(ImproperlyConfigured, match="one, other"):
        rate_limits(USUAL, said)


@pytest.fixture
def _fresh():
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize(
    ("rate", "wait"),
    [("1/m", "минуту"), ("1/10s", "минуту"), ("1/h", "час"), ("1/5m", "5 минут"), ("1/2h", "120 минут")],
)
def test_a_refusal_says_how_long_to_wait(settings, rate, wait):
    settings.ACCOUNT_RATE_LIMITS = {"probe": f"{rate}/ip"}
    first, second = (too_often(RequestFactory().post("/"), "probe", "проб") for _ in range(2))
    assert first == ""
    assert second.replace("\xa0", " ") == f"Слишком много проб. Подождите {wait} и повторите."
    elsewhere = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")
    assert too_often(elsewhere, "probe", "проб") == "", "of one address"


@pytest.mark.usefixtures("_fresh")
def test_the_address_is_forgotten_with_the_limit(settings):
    settings.ACCOUNT_RATE_LIMITS = {"probe": "5/m/ip"}
    too_often(RequestFactory().post("/", REMOTE_ADDR="192.0.2.7"), "probe", "проб")
    store = cache._cache.get_client()
    (key,) = [each for each in store.keys("*") if b"192.0.2.7" in each]
    assert 0 < store.ttl(key) <= 60


@pytest.mark.usefixtures("_fresh")
def test_what_is_off_is_not_counted(settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    assert [too_often(RequestFactory().post("/"), "probe", "проб") for _ in range(200)] == [""] * 200
