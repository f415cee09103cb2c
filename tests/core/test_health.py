"""Liveness and readiness."""

from __future__ import annotations

import asyncio

import pytest
from django.conf import settings as current
from django.core.cache import caches


@pytest.fixture
def no_event_loop():
    """While a browser of earlier tests is open, Playwright's loop counts as running in this thread; the view runs one itself."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


@pytest.mark.django_db
@pytest.mark.usefixtures("no_event_loop")
def test_ready_without_the_cache(client, settings):
    """Valkey down: whoever is signed in goes on working, so the proxy must not take the web servers away."""
    settings.CACHES = {"default": current.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}}
    assert caches.settings["default"]["LOCATION"].endswith(":9/0")
    assert client.get("/health/ready/").status_code == 200
    assert client.get("/health/live/").status_code == 200


def test_a_connection_of_the_pool_is_looked_at_before_it_is_used():
    assert current.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True
