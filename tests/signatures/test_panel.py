"""The form of a signature, the signing panel, and the stand-in of the plug-in behind it."""

import base64
import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.test import RequestFactory

from signatures.forms import EMPTY, LARGEST_FILE, TOO_LARGE, SignatureForm
from signatures.verification import verify_detached
from tests import factories
from tests.signatures.conftest import DOCUMENT

TEMPLATE = "{% load signing %}{% signing_panel form=form document_url='/document/' action='/send/' %}"


def form(text="", file=None):
    files = {} if file is None else {"signature_file": SimpleUploadedFile("a.sig", file)}
    return SignatureForm({"signature": text}, files)


def test_the_answer_of_the_plug_in():
    given = form("MIIB\r\nAA==\r\n")
    assert given.is_valid()
    assert given.signature_bytes == b"MIIB\r\nAA=="


def test_a_file():
    given = form(file=b"\x30\x82")
    assert given.is_valid()
    assert given.signature_bytes == b"\x30\x82"


def test_a_file_goes_before_the_answer_of_the_plug_in():
    given = form("MIIB", file=b"\x30\x82")
    assert given.is_valid()
    assert given.signature_bytes == b"\x30\x82"


def test_letters_that_are_no_base64_do_not_crash():
    given = form("Подпись")
    assert given.is_valid()
    assert given.signature_bytes == b"???????"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (form, "Выберите файл подписи."),
        (lambda: form(file=b""), EMPTY),
        (lambda: form("A" * (LARGEST_FILE + 1)), TOO_LARGE),
    ],
)
def test_what_is_refused(given, words):
    refused = given()
    assert not refused.is_valid()
    assert refused.errors["signature_file"] == [words]


def render(form):
    request = RequestFactory().get("/page/")
    return engines["django"].from_string(TEMPLATE).render({"form": form}, request)


def test_the_panel_works_without_the_plug_in(settings):
    settings.LKOT_DEMO_SIGNER = False
    settings.CADES_PLUGIN_URL = ""
    html = render(SignatureForm())
    assert "data-signing-plugin" not in html
    assert '<details class="disclosure signing-file" open>' in html
    assert 'type="file"' in html
    assert "csrfmiddlewaretoken" in html
    assert "UNDEFINED" not in html


def test_which_script_is_loaded(settings):
    settings.LKOT_DEMO_SIGNER = True
    assert "js/dev_cadesplugin.js" in render(SignatureForm())
    settings.LKOT_DEMO_SIGNER = False
    settings.CADES_PLUGIN_URL = "https://plugin.example/cadesplugin_api.js"
    html = render(SignatureForm())
    assert 'src="https://plugin.example/cadesplugin_api.js"' in html
    assert "dev_cadesplugin" not in html


def test_an_error_opens_the_file_field():
    refused = SignatureForm({}, {})
    refused.is_valid()
    html = render(refused)
    assert '<details class="disclosure signing-file" open>' in html
    assert "Выберите файл подписи." in html


def test_after_a_refusal_the_answer_of_the_plug_in_is_gone_and_the_file_field_open(settings):
    settings.LKOT_DEMO_SIGNER = True
    assert '<details class="disclosure signing-file">' in render(SignatureForm())
    refused = form("MIIBrefused")
    assert refused.is_valid()
    html = render(refused)
    assert "MIIBrefused" not in html
    assert '<details class="disclosure signing-file" open>' in html


# ---- /dev/signer/…


@pytest.fixture
def stand_in(settings, tmp_path, client, db):
    settings.STATE_DIR = tmp_path
    who = factories.acting()
    factories.sign_in(client, who)
    return client, who


def test_off_without_the_setting(stand_in, settings):
    client, _who = stand_in
    settings.LKOT_DEMO_SIGNER = False
    assert client.get("/dev/signer/certificates").status_code == 404
    assert client.post("/dev/signer/sign").status_code == 404


@pytest.mark.django_db
def test_nobody_is_offered_anything(client):
    assert client.get("/dev/signer/certificates").status_code == 302
    assert client.post("/dev/signer/sign").status_code == 302


def offered(client):
    answer = client.get("/dev/signer/certificates")
    assert answer.status_code == 200
    return answer.json()["certificates"]


def test_own_and_unsuitable_certificates(stand_in):
    client, who = stand_in
    own, expired, stranger = offered(client)
    assert who.organization.inn in own["subject"]
    assert own["subject"] == expired["subject"]
    assert expired["not_after"] < datetime.now(UTC).isoformat() < own["not_after"]
    assert who.organization.inn not in stranger["subject"]
    assert [item["thumbprint"] for item in offered(client)] == [item["thumbprint"] for item in (own, expired, stranger)]


def test_who_has_no_administrative_access_has_a_personal_certificate(client, settings, tmp_path, db):
    settings.STATE_DIR = tmp_path
    who = factories.acting(rights=["sout.view_reports"])
    factories.sign_in(client, who)
    personal, _stranger = offered(client)
    assert who.organization.inn not in personal["subject"]


def post(client, **body):
    return client.post("/dev/signer/sign", json.dumps(body), content_type="application/json")


def test_the_answer_is_what_the_plug_in_gives(stand_in):
    from signatures.cms.encoding import load_certificates
    from simulators.demo_ca import ensure_demo_ca

    client, _who = stand_in
    (own, *_rest) = offered(client)
    answer = post(client, thumbprint=own["thumbprint"], content=base64.b64encode(DOCUMENT).decode())
    assert answer.status_code == 200
    text = answer.json()["signature"]
    assert "\r\n" in text
    from django.conf import settings

    authority = ensure_demo_ca(settings.STATE_DIR)
    from signatures.cms.revocation import RevocationList
    from signatures.verification import TrustStore

    trust = TrustStore(
        roots=load_certificates(authority.root.dump()),
        intermediates=[authority.issuing],
        crls=[RevocationList(der) for der in authority.revocation_lists],
    )
    (report,) = verify_detached(text.encode(), DOCUMENT, trust, datetime.now(UTC))
    assert report.ok, report.explanation


def test_what_the_stand_in_refuses(stand_in):
    client, _who = stand_in
    (own, *_rest) = offered(client)
    assert post(client, thumbprint="00", content="AA==").status_code == 404
    for body in ({"content": "AA=="}, {"thumbprint": own["thumbprint"]}, {"thumbprint": "0", "content": "???"}):
        assert post(client, **body).status_code == 400
    assert client.post("/dev/signer/sign", "[", content_type="application/json").status_code == 400
    assert client.post("/dev/signer/sign", "[]", content_type="application/json").status_code == 400
    assert client.get("/dev/signer/sign").status_code == 405


def test_the_post_needs_the_csrf_token(stand_in):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    _client, who = stand_in
    factories.sign_in(strict, who)
    assert post(strict, thumbprint="00", content="AA==").status_code == 403


def test_another_persons_certificate_cannot_be_used(stand_in):
    client, _who = stand_in
    (own, *_rest) = offered(client)
    other = factories.acting()
    factories.sign_in(client, other)
    assert post(client, thumbprint=own["thumbprint"], content="AA==").status_code == 404
