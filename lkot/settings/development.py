"""Development: embedded servers, the simulators, a secret key generated into the state folder."""

import os
import secrets
from pathlib import Path

from lkot.local.places import remembered

# The embedded servers that bin/up runs, for manage.py in another terminal; what the environment says comes first.
_STATE = Path(os.environ.get("LKOT_STATE_DIR") or Path(__file__).resolve().parents[2] / ".local")
for _name, _value in (remembered(_STATE) | {"ESIA_URL": "http://127.0.0.1:8001"}).items():
    os.environ.setdefault(_name, _value)

# ruff: noqa: E402 - the base reads the environment that was just completed
from lkot.settings.base import *  # noqa: F403 - a settings module is its base plus changes
from lkot.settings.base import ESIA, INSTALLED_APPS, STATE_DIR

# Django's own error pages, in English, are for whoever develops; the demo shows the cabinet's.
DEBUG = os.environ.get("LKOT_DEBUG") == "1"
ALLOWED_HOSTS = ["*"]


def _development_secret() -> str:
    path = STATE_DIR / "secret_key"
    if not path.exists():
        STATE_DIR.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")


SECRET_KEY = _development_secret()
INSTALLED_APPS = [*INSTALLED_APPS, "simulators"]
ESIA = ESIA | {
    "request_signer": ESIA["request_signer"] or "simulators.esia.client_keys.DevelopmentSigner",
    "employee_query": {"search": "q", "sort": "sortBy", "order": "sortOrder", "branch": "brhOid"},  # the simulator's
    "token_verifier": ESIA["token_verifier"] or "simulators.esia.client_keys.DevelopmentVerifier",
}
LKOT_DEMO_SIGNER = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
