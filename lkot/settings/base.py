"""Settings common to development, tests and production. Values that differ by place come from the environment."""

import os
import shlex
from pathlib import Path
from typing import Any

import dj_database_url

from lkot.beat import BEAT_SCHEDULE
from lkot.limits import rate_limits

BASE_DIR = Path(__file__).resolve().parent.parent.parent
STATE_DIR = Path(os.environ.get("LKOT_STATE_DIR", BASE_DIR / ".local"))


def secret(name: str, default: str = "") -> str:
    """A value from the environment, or from the file that NAME_FILE points to (Docker and Kubernetes secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


DEBUG = False
PUBLIC_URL = os.environ.get("LKOT_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "rest_framework",
    "health_check",
    "core",
    "core.journal",
    "core.jobs",
    "core.files",
    "core.notifications",
    "accounts",
    "accounts.esia",
    "registries",
    "signatures",
    "sout_reports",
    "violations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.SignInSessionMiddleware",
    "accounts.middleware.acting",
    "core.middleware.never_cache_signed_in",
]

ROOT_URLCONF = "lkot.urls"
WSGI_APPLICATION = "lkot.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.frame.frame",
                "accounts.frame.choices",
            ],
            # cached: components are templates too, and compiling them anew for each table cell doubles a page's time
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["core.templatetags.lkot", "django.templatetags.static"],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        secret("DATABASE_URL", "postgresql://lkot@localhost/lkot"), conn_max_age=0, conn_health_checks=True
    ),
}
DATABASES["default"].setdefault("OPTIONS", {})
# The pool doubles requests per second on a real page; CONN_MAX_AGE must be 0 with it. The health check is the pool's: without
# it every connection of a restarted PostgreSQL costs somebody an error page.
DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 0, "max_size": int(os.environ.get("LKOT_DB_POOL", "8"))}

REDIS_URL = secret("REDIS_URL", "redis://localhost:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "lkot_session"
SESSION_ABSOLUTE_SECONDS = 12 * 3600  # then ЕСИА is asked again, whatever the person does
SESSION_IDLE_SECONDS = int(os.environ.get("LKOT_SESSION_IDLE_SECONDS", "3600"))
SESSION_WARN_SECONDS = 120  # so long before the end a page says so
# The row of the session ends it (accounts.sessions); the cookie lives on so that the start page can say why.
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS + 7 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"  # ЕСИА comes back with a top-level GET
CSRF_COOKIE_NAME = "lkot_csrf"
CSRF_COOKIE_SAMESITE = "Lax"

JOURNAL_KEY = secret("JOURNAL_KEY")  # of the journal's digests; without it they are keyed by SECRET_KEY
JOURNAL_OLD_KEYS = secret(
    "JOURNAL_OLD_KEYS"
).split()  # verify what was written under them; separated by spaces or lines

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EsiaBackend"]  # knows people by id, lets nobody in
LOGIN_URL = "accounts:start"
LOGIN_REDIRECT_URL = "accounts:organizations"
LOGOUT_REDIRECT_URL = "accounts:start"

# --- allauth: the only way in is ЕСИА
SOCIALACCOUNT_ONLY = True
ACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
# Kept in the shared cache. Whole organizations sit behind one address, so the limit of an address is wide.
ACCOUNT_RATE_LIMITS = rate_limits(
    {
        "esia_sign_in": ("120/m", "ip"),
        "esia_organization": ("30/m", "user"),
        "signature_check": ("20/m", "ip"),
        "signature_check_large": ("6/h", "ip"),  # those that a worker hashes
        "signature_doctor": ("30/m", "user"),  # up to a second of work each, one for every page of signing
    },
    os.environ.get("LKOT_RATE_LIMITS", ""),
)
ACCOUNT_ADAPTER = "accounts.esia.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.esia.adapters.SocialAccountAdapter"

ESIA: dict[str, Any] = {
    "base_url": os.environ.get("ESIA_URL", "https://esia.gosuslugi.ru").rstrip("/"),
    "issuer": os.environ.get("ESIA_ISSUER", "http://esia.gosuslugi.ru/"),
    "generation": os.environ.get("ESIA_GENERATION", "v2"),
    "client_id": os.environ.get("ESIA_CLIENT_ID", "LKOT"),
    "scope": ["openid", "fullname", "snils", "inn", "email", "usr_org"],
    # Dotted paths; empty: the signer is an outside command, the verifier reads certificates from a folder.
    "request_signer": os.environ.get("ESIA_REQUEST_SIGNER", ""),
    "token_verifier": os.environ.get("ESIA_TOKEN_VERIFIER", ""),
    "signer_command": shlex.split(os.environ.get("ESIA_SIGNER_COMMAND", "")),
    "signer_mirrored": os.environ.get("ESIA_SIGNER_MIRRORED", "0") == "1",
    "certificate_hash": os.environ.get("ESIA_CERTIFICATE_HASH", ""),
    "token_certificates": os.environ.get("ESIA_TOKEN_CERTIFICATES", ""),
    "gost_key_reader": "signatures.gost.keys.read_public_key",
    "gost_check": "signatures.gost.gost3410.verify",
    "algorithms": ["GOST3410_2012_256", "RS256"],
    # Unverified: the methodical recommendations on the list of employees could not be read. Paging by pageIndex and pageSize is
    # what clients of ЕСИА use; a production stand that searches or sorts by other names is told here, e.g. "search=q,sort=sortBy".
    "employee_query": dict(
        pair.split("=", 1) for pair in os.environ.get("ESIA_EMPLOYEE_QUERY", "").split(",") if "=" in pair
    ),
    "timeout_seconds": 10,
}
# The seeds disagree on who gets administrative access, so it is a setting (features.md T1).
ESIA_ADMIN_ROLES = ["chief", "admin"]

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or (
    REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SOFT_TIME_LIMIT = 3600
CELERY_TASK_TIME_LIMIT = 3900
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 7200}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # its handlers would print tracebacks that ours makes discreet
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KiB
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")
CELERY_TIMEZONE = "Europe/Moscow"

# --- jobs (core.jobs): seconds
JOB_LEASE_SECONDS = 30
JOB_HEARTBEAT_SECONDS = 1.0
JOB_RESEND_AFTER_SECONDS = 20
JOB_ATTEMPTS_MAX = 5
# After a failed attempt the next one waits 30 s, a minute, two, …: five of them outlast an outage of minutes.
JOB_BACKOFF_SECONDS = 15
JOB_BACKOFF_MAX_SECONDS = 15 * 60

LANGUAGE_CODE = "ru"
TIME_ZONE = "Europe/Moscow"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = None

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("LKOT_STATIC_ROOT", STATE_DIR / "static"))
MEDIA_ROOT = Path(os.environ.get("LKOT_MEDIA_ROOT", STATE_DIR / "media"))

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": MEDIA_ROOT}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if os.environ.get("LKOT_S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": os.environ["LKOT_S3_BUCKET"],
            "endpoint_url": os.environ.get("LKOT_S3_ENDPOINT") or None,
            "access_key": secret("LKOT_S3_ACCESS_KEY"),
            "secret_key": secret("LKOT_S3_SECRET_KEY"),
            "region_name": os.environ.get("LKOT_S3_REGION", "us-east-1"),
            "default_acl": None,
            "file_overwrite": False,
        },
    }

# --- uploads of СОУТ reports (issue text; facts: domain/sout.md «Объём и скорость»)
MIB = 1024 * 1024
SOUT_UPLOAD_MAX_BYTES = 300 * MIB
SOUT_UNPACKED_MAX_BYTES = 1024 * MIB
SOUT_UNPACK_RATIO_MAX = 200
SOUT_REFUSED_KEPT_DAYS = 30
SOUT_PROBLEMS_LISTED_MAX = 1000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * MIB
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * MIB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# --- signatures
SIGNATURE_REQUIRE_QUALIFIED = True
# OpenSSL's GOST provider computes Streebog where it is installed; "0" leaves everything to Python, with the same answers
SIGNATURE_FAST_STREEBOG = os.environ.get("LKOT_FAST_STREEBOG", "1") == "1"
# Where there is no fresh revocation list: "require" refuses, "later" accepts and checks when a list has come.
SIGNATURE_REVOCATION = os.environ.get("SIGNATURE_REVOCATION", "require")
# The list of accredited authorities is fetched from here (https only; empty: never), revocation lists from the addresses that it
# and the certificates of trusted authorities name.
SIGNATURE_TSL_URL = os.environ.get("SIGNATURE_TSL_URL", "")
SIGNATURE_FETCH_CRLS = os.environ.get("SIGNATURE_FETCH_CRLS", "0") == "1"
# Also from addresses of a local network.
SIGNATURE_FETCH_PRIVATE = os.environ.get("SIGNATURE_FETCH_PRIVATE", "0") == "1"
SIGNATURE_FETCH_SECONDS = 120
SIGNATURE_CRL_MAX_BYTES = 64 * MIB
SIGNATURE_TSL_MAX_BYTES = 256 * MIB
# A superseded revocation list that no kept signature names is dropped after so many days; 0: never.
SIGNATURE_LISTS_KEPT_DAYS = int(os.environ.get("SIGNATURE_LISTS_KEPT_DAYS", "30"))
CADES_PLUGIN_URL = os.environ.get(
    "LKOT_CADES_PLUGIN_URL", ""
)  # the vendor's cadesplugin_api.js; licence unknown, so not shipped
SIGNING_REQUEST_DAYS = 30  # how long a document waits for its signatures; our own term, no law sets one
LKOT_DEMO_SIGNER = False
# Powers (codes of the classifier) one of which a МЧД must give for signing here. The real code for the cabinet was not found:
# the default is invented, marked as unverified wherever it is shown, and to be replaced: LKOT_MCHD_POWERS="CODE=Words;CODE2=Words".
SIGNATURE_MCHD_POWER_TEXTS = dict(
    pair.split("=", 1)
    for pair in (
        os.environ.get("LKOT_MCHD_POWERS")
        or "UNVERIFIED_LKOT_SIGN=Подписание и направление документов в личном кабинете по охране труда"
    ).split(";")
    if "=" in pair
)
SIGNATURE_MCHD_POWERS = list(SIGNATURE_MCHD_POWER_TEXTS)
MCHD_REGISTRY = os.environ.get("LKOT_MCHD_REGISTRY") or "signatures.mchd.registry.NotAsked"
MCHD_REGISTRY_FILE = os.environ.get("LKOT_MCHD_REGISTRY_FILE", "")  # of signatures.registry_file.JsonFile
MCHD_REMIND_DAYS = int(os.environ.get("LKOT_MCHD_REMIND_DAYS") or "30")
# The archive of signatures by the clock: how many a day are judged again (a part every hour), and how long an hour's part may take.
ARCHIVE_CHECKED_A_DAY = int(os.environ.get("LKOT_ARCHIVE_CHECKED_A_DAY", "2400"))
ARCHIVE_CHECK_SECONDS = 120

# --- strict content security policy; the CryptoPro extension's ids are from the identity facts, part 3
_PLUGIN_EXTENSIONS = [
    "chrome-extension://iifchhfnnmpdbibifmljnfjhpififfog",
    "chrome-extension://pfhgbfnnjiafkhfdkmpiflachepdcjod",
    "chrome-extension://epebfcehmdedogndhlcacafjaacknbcm",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", *_PLUGIN_EXTENSIONS, *([CADES_PLUGIN_URL] if CADES_PLUGIN_URL else [])],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        # a POST of ours may answer with a redirect to ЕСИА, and browsers hold that against form-action too
        "form-action": ["'self'", ESIA["base_url"]],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

HEADER_TABS: list[dict[str, Any]] = [
    {"label": "ЕИСОТ", "url": os.environ.get("LKOT_TAB_EISOT", "https://akot.rosmintrud.ru/")},
    {"label": "ФГИС СОУТ", "url": None},
    {"label": "ГОСУСЛУГИ", "url": os.environ.get("LKOT_TAB_GOSUSLUGI", "https://www.gosuslugi.ru/")},
    {"label": "ТЕСТИРОВАНИЕ", "url": os.environ.get("LKOT_TAB_TESTING", "https://edu.rosmintrud.ru/")},
]

# --- letters: to the console here, by SMTP in production
EMAIL_BACKEND = "core.notifications.console.EmailBackend"
EMAIL_TIMEOUT = 20  # seconds: a silent server must not hold a worker
DEFAULT_FROM_EMAIL = os.environ.get("LKOT_EMAIL_FROM") or "ЛКОТ <lkot@localhost>"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "core.logs.DiscreetFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
        "weasyprint.progress": {"level": "WARNING"},
    },
}
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
