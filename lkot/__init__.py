"""Wiring of the cabinet: settings, URLs, Celery, beat, health. Nothing imports it."""

from lkot.celery import app as celery_app

__all__ = ["celery_app"]
