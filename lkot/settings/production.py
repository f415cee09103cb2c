"""Production: everything from the environment (or NAME_FILE), no simulators, HTTPS only."""

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from lkot.settings.base import *  # noqa: F403 - a settings module is its base plus changes
from lkot.settings.base import JOURNAL_KEY, PUBLIC_URL, STORAGES, secret

SECRET_KEY = secret("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY (or SECRET_KEY_FILE) to a long random string.")
if not JOURNAL_KEY:
    raise ImproperlyConfigured(
        "Set JOURNAL_KEY (or JOURNAL_KEY_FILE) to a long random string: the journal's digests need a key of their own. "
        "Where the journal was kept without one, put the SECRET_KEY of that time into JOURNAL_OLD_KEYS."
    )

ALLOWED_HOSTS = [host for host in os.environ.get("LKOT_ALLOWED_HOSTS", "").split(",") if host]
ALLAUTH_TRUSTED_PROXY_COUNT = int(
    os.environ.get("LKOT_PROXY_COUNT", "1")
)  # the reverse proxy of docker-compose.yml; more of them in front: see deploy/nginx.conf
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = os.environ.get("LKOT_SSL_REDIRECT", "1") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# What a browser has once taken cannot be taken back: begin with an hour where it is not sure that HTTPS stays. Preloading puts
# the name into the browsers themselves, so it is a decision of the domain's owner and off (check --deploy's W021).
SECURE_HSTS_SECONDS = int(os.environ.get("LKOT_HSTS_SECONDS", str(365 * 24 * 3600)))
SECURE_HSTS_INCLUDE_SUBDOMAINS = os.environ.get("LKOT_HSTS_SUBDOMAINS", "1") == "1"
SECURE_HSTS_PRELOAD = os.environ.get("LKOT_HSTS_PRELOAD", "0") == "1"
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-lkot_session"
CSRF_COOKIE_NAME = "__Host-lkot_csrf"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("LKOT_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("LKOT_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("LKOT_SMTP_USER", "")
EMAIL_HOST_PASSWORD = secret("LKOT_SMTP_PASSWORD")
EMAIL_USE_SSL = os.environ.get("LKOT_SMTP_SSL", "0") == "1"  # port 465; excludes STARTTLS
EMAIL_USE_TLS = os.environ.get("LKOT_SMTP_TLS", "1") == "1" and not EMAIL_USE_SSL
DEFAULT_FROM_EMAIL = os.environ.get("LKOT_EMAIL_FROM") or f"ЛКОТ <lkot@{urlsplit(PUBLIC_URL).hostname}>"
