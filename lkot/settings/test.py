"""Tests: as development, on the servers that bin/test started. Processes of one run share nothing but those."""

import os

# pytest-xdist names the process; pytest-django gives each a database of its own, here go the broker and the files.
_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "")
if _PROCESS and os.environ.get("LKOT_TEST_PROCESS") != _PROCESS:
    os.environ["LKOT_TEST_PROCESS"] = _PROCESS  # what a test starts inherits these and must not change them again
    _number = int(_PROCESS.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("?db=0", f"?db={_number}")
    os.environ["LKOT_STATE_DIR"] = os.path.join(os.environ["LKOT_STATE_DIR"], _PROCESS)

# ruff: noqa: E402 - the settings read the environment that was just completed
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
JOB_BACKOFF_SECONDS = 0
