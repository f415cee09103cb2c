"""Liveness and readiness."""

from __future__ import annotations

import pytest
from django.conf import settings as current
from django.core.cache import caches


@pytest.mark.django_db
def test_ready_without_the_cache(client, settings):
    """Valkey down: whoever is signed in goes on working, so the proxy must not take the web servers away."""
    settings.CACHES = {"default": current.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}}
    assert caches.settings["default"]["LOCATION"].endswith(":9/0")
    assert client.get("/health/ready/").status_code == 200
    assert client.get("/health/live/").status_code == 200


def test_a_connection_of_the_pool_is_looked_at_before_it_is_used():
    assert current.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True
