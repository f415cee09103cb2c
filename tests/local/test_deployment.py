"""The production files, where no Docker engine is at hand: what they promise and what they name."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from lkot.local.postgres import DISCREET_LOG

REPOSITORY = Path(__file__).resolve().parents[2]
RUN_ONCE = {"migrate", "storage-owner"}
AS_ROOT = {"storage-owner"}
# Images whose own user is not root (the Dockerfile's is checked below).
NON_ROOT_IMAGES = ("lkot:", "nginxinc/nginx-unprivileged")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())


def test_it_names_everything_the_cabinet_consists_of(compose):
    parts = {
        "proxy",
        "web",
        "worker",
        "worker-checks",
        "worker-pdf",
        "beat",
        "migrate",
        "database",
        "valkey",
        "storage",
    }
    assert parts <= set(compose["services"])
    assert compose["services"]["database"]["image"].startswith("postgres:18")


def test_every_service_that_stays_has_a_health_check(compose):
    dockerfile = (REPOSITORY / "Dockerfile").read_text()
    for name, service in compose["services"].items():
        if name not in RUN_ONCE:
            assert "healthcheck" in service or ("build" in service and "HEALTHCHECK" in dockerfile), name


def test_nobody_runs_as_root_but_who_must(compose):
    assert re.search(r"^USER lkot$", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    for name, service in compose["services"].items():
        unprivileged = service["image"].startswith(NON_ROOT_IMAGES) or service.get("user", "0")[0] != "0"
        assert unprivileged or name in AS_ROOT, name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_secrets_are_files_that_make_secrets_makes(compose, tmp_path):
    script = tmp_path / "make-secrets"
    script.write_text((REPOSITORY / "deploy/make-secrets").read_text())
    subprocess.run(["sh", str(script)], check=True, capture_output=True)
    made = {entry.name: entry.read_text() for entry in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(compose["secrets"])
    assert made["database_password"] in made["database_url"]
    subprocess.run(["sh", str(script)], check=True, capture_output=True)
    assert {entry.name: entry.read_text() for entry in (tmp_path / "secrets").iterdir()} == made
    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= set(made)


def test_no_secret_is_written_into_the_file(compose):
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|ACCESS_KEY|JOURNAL|DATABASE_URL|REDIS_URL", name):
                assert name.endswith("_FILE"), name
                assert value.startswith("/run/secrets/")


def test_the_settings_know_every_variable(compose):
    settings = "".join(path.read_text() for path in (REPOSITORY / "lkot/settings").glob("*.py"))
    for name in compose["services"]["web"]["environment"]:
        assert f'"{name.removesuffix("_FILE")}"' in settings, name


def test_the_database_logs_as_the_embedded_one(compose):
    command = compose["services"]["database"]["command"]
    assert command[0] == "postgres"
    assert set(DISCREET_LOG) == set(command[2::2])
    assert set(command[1::2]) == {"-c"}


def test_workers_take_every_queue(compose):
    commands = [service.get("command", []) for service in compose["services"].values()]
    named = [command[command.index("--queues") + 1] for command in commands if "--queues" in command]
    queues = {queue for names in named for queue in names.split(",")}
    assert queues == {"default", "checks", "pdf"}
    assert "checks" in named, "two long checks must not stop sealing and deliveries"


def test_what_the_default_adapters_of_esia_need_gets_into_the_container(compose):
    web = compose["services"]["web"]
    base = (REPOSITORY / "lkot/settings/base.py").read_text()
    wanted = set(re.findall(r'environ\.get\("(ESIA_[A-Z_]+)"', base)) | {"LKOT_CADES_PLUGIN_URL"}
    assert len(wanted) > 8
    assert wanted <= set(web["environment"])
    assert "./deploy/esia:/esia:ro" in web["volumes"]
    assert web["environment"]["ESIA_TOKEN_CERTIFICATES"].endswith(":-/esia/certificates}")


PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "lkot.settings.production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "DJANGO_ALLOW_ASYNC_UNSAFE": "",  # of the tests themselves
    "JOURNAL_KEY": "a journal key",
    "LKOT_ALLOWED_HOSTS": "cabinet.example",
    "LKOT_PUBLIC_URL": "https://cabinet.example",
}


def in_production(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python under the production settings."""
    given = {name: value for name, value in (os.environ | PRODUCTION | environment).items() if value}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=given, capture_output=True, text=True, check=False
    )


def test_production_wants_a_key_for_the_journal():
    done = in_production("import django; django.setup()", JOURNAL_KEY="")
    assert done.returncode != 0
    assert "ImproperlyConfigured: Set JOURNAL_KEY" in done.stderr


SHOW = "from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_PRELOAD, s.JOURNAL_OLD_KEYS)"


def test_strict_transport_can_be_set_and_preloads_only_when_told_to(tmp_path):
    assert in_production(SHOW).stdout == "31536000 False []\n"
    old_keys = tmp_path / "old"
    old_keys.write_text("first\nsecond\n")
    set_so = {"LKOT_HSTS_SECONDS": "3600", "LKOT_HSTS_PRELOAD": "1", "JOURNAL_OLD_KEYS_FILE": str(old_keys)}
    assert in_production(SHOW, **set_so).stdout == "3600 True ['first', 'second']\n"


def test_check_deploy_tells_only_of_esia_where_nothing_of_it_is_set():
    check = "import django; django.setup(); from django.core.management import call_command; call_command('check', deploy=True)"
    done = in_production(check)
    assert done.returncode == 0, done.stderr
    assert set(re.findall(r"\(([a-z]+\.[EW]\d+)\)", done.stderr)) == {"esia.W001", "esia.W002", "esia.W003"}


def test_the_proxy_keeps_the_addresses_that_came():
    assert "X-Forwarded-For $proxy_add_x_forwarded_for;" in (REPOSITORY / "deploy/nginx.conf").read_text()


def test_the_proxy_logs_paths_without_queries():
    """$request and $request_uri hold the query, $http_referer that of the page before; nginx's own errors repeat the request."""
    lines = [line.strip() for line in (REPOSITORY / "deploy/nginx.conf").read_text().splitlines()]
    directives = " ".join(line for line in lines if not line.startswith("#"))
    (logged,) = re.findall(r"log_format paths ([^;]+);", directives)
    assert "$uri" in logged
    assert not re.search(r"\$(request|request_uri|args|query_string|arg_\w+|http_\w+|cookie_\w+|is_args)\b", logged)
    assert set(re.findall(r"access_log ([^;]+);", directives)) == {"off", "/var/log/nginx/access.log paths"}
    assert re.findall(r"error_log [^;]+ (\w+);", directives) == ["crit"]


def test_gunicorn_logs_paths_without_queries():
    assert '"--logger-class", "lkot.web_logs.PathsOnly"' in (REPOSITORY / "Dockerfile").read_text()


def test_every_package_of_the_house_gets_into_the_image():
    kept = {line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    packages = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")}
    assert packages - kept == {"simulators"} | (packages & {"tests"})


def test_requirements_hold_no_addresses_and_every_package_its_hash():
    for path in (REPOSITORY / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text, path
        assert not re.search(r"^\s*--(index|extra|find)", text, re.MULTILINE), path
        for requirement in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]:
            assert "--hash=sha256:" in requirement, requirement.splitlines()[0]
