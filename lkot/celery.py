"""The Celery application. Messages carry ids only: the truth about work is in the `jobs` table."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lkot.settings.development")

app = Celery("lkot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
