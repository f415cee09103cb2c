"""Tests: as development, on the servers that bin/test started."""

from lkot.settings.development import *  # noqa: F403 - a settings module is its base plus changes
from lkot.settings.development import DATABASES, TEMPLATES

DEBUG = False
LKOT_DEMO_SIGNER = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["OPTIONS"].pop("pool", None)
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "{{UNDEFINED:%s}}"
JOB_LEASE_SECONDS = 3
JOB_HEARTBEAT_SECONDS = 0.2
JOB_RESEND_AFTER_SECONDS = 2
