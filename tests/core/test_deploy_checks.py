"""`check --deploy` tells before the first person finds out."""

from __future__ import annotations

import pytest
from django.core import checks
from django.core.management import CommandError, call_command

READY = {
    "request_signer": "",
    "token_verifier": "",
    "signer_command": ["/bin/sign"],
    "certificate_hash": "AB",
}


@pytest.fixture
def ready(settings, tmp_path):
    (tmp_path / "esia.crt").touch()
    settings.PUBLIC_URL = "https://cabinet.example"
    settings.JOURNAL_KEY = "long and random"
    settings.ESIA = settings.ESIA | READY | {"token_certificates": str(tmp_path)}
    return settings


def told() -> set[str]:
    found = {message.id for message in checks.run_checks(include_deployment_checks=True)}
    return {name for name in found if name.startswith(("core.", "esia."))}


def test_nothing_to_say_of_what_is_ready(ready):
    assert told() == set()


@pytest.mark.parametrize("address", ["http://cabinet.example", "https://localhost", "https://127.0.0.1:8000", ""])
def test_an_address_that_nobody_reaches(ready, address):
    ready.PUBLIC_URL = address
    assert told() == {"core.W001"}


def test_a_journal_without_a_key(ready):
    ready.JOURNAL_KEY = ""
    assert told() == {"core.W002"}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"signer_command": []}, {"esia.W001"}),
        ({"certificate_hash": ""}, {"esia.W002"}),
        ({"certificate_hash": "", "generation": "v1"}, set()),
        ({"token_certificates": ""}, {"esia.W003"}),
        ({"token_certificates": "/nowhere"}, {"esia.W003"}),
        ({"request_signer": "no.such.Signer"}, {"esia.E002"}),
        ({"token_verifier": "accounts.esia.verifiers.Nobody"}, {"esia.E002"}),
        ({"signer_command": [], "request_signer": "accounts.esia.signers.CommandSigner"}, set()),
        ({"generation": "v3"}, {"esia.E001"}),
    ],
)
def test_a_sign_in_that_cannot_work(ready, changes, codes):
    ready.ESIA = ready.ESIA | changes
    assert told() == codes


def test_an_unknown_generation_stops_every_command(ready):
    ready.ESIA = ready.ESIA | {"generation": "v3"}
    with pytest.raises(CommandError, match="ESIA_GENERATION"):
        call_command("check")
