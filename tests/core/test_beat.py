"""What runs by the clock: every entry names a task, and its messages do not pile up while workers are away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tasks import sweep_sessions
from lkot.beat import BEAT_SCHEDULE
from lkot.celery import app


def test_every_entry_names_a_task():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_messages_expire():
    for entry in BEAT_SCHEDULE.values():
        assert entry["schedule"] <= entry["options"]["expires"] <= max(60, entry["schedule"])


@pytest.mark.django_db
def test_sessions_that_are_over_go():
    for days in (-1, 1):
        session = SessionStore()
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.save()
    sweep_sessions()
    assert Session.objects.get().expire_date > timezone.now()
