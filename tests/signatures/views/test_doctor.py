"""«Проверка электронной подписи»: the page, what it answers to files, and what it leaves behind (nothing)."""

from __future__ import annotations

import base64
import logging
import re
from datetime import UTC, datetime

import pytest
from asn1crypto import pem
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from signatures.doctor.files import LARGEST_CERTIFICATE, LARGEST_SIGNATURE
from signatures.refusals import SignatureRefused
from signatures.selectors import check_signature
from signatures.views.doctor_list import MOST
from simulators.demo_ca import issue_person_certificate, sign
from simulators.demo_ca.holders import certificates_of, holder_of_request
from tests import factories
from tests.signatures.conftest import DOCUMENT, VECTORS
from tests.violations import control

pytestmark = pytest.mark.django_db
PAGE = "/signatures/doctor/"
STOP = "Этой подписью здесь подписать не получится"


@pytest.fixture(autouse=True)
def _no_limit(settings):
    settings.ACCOUNT_RATE_LIMITS = {}


@pytest.fixture
def authority(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    return control.trust_demo_authority()


@pytest.fixture
def who(db):
    return factories.acting()


@pytest.fixture
def page(client, who):
    return factories.sign_in(client, who)


def held(authority, who):
    return certificates_of(authority, *holder_of_request(who.user, who))


def own(authority, who):
    return held(authority, who)[0]


def upload(client, content, name="a.cer"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("signatures:doctor_certificate"), {"certificate": file})


def code_on(client):
    return re.search(r'name="code" value="([^"]+)"', client.get(PAGE).content.decode())[1]


def bring(client, code, signature, name="a.sig", **headers):
    file = SimpleUploadedFile(name, signature)
    return client.post(reverse("signatures:doctor_signature"), {"code": code, "signature_file": file}, headers=headers)


def challenge(client, code=""):
    return client.get(reverse("signatures:doctor_challenge"), {"code": code} if code else {})


# ---- the page


def test_the_page_and_its_link_in_the_menu(page):
    html = page.get(PAGE).content.decode()
    assert "Проверка электронной подписи" in html
    assert html.count("Проверить мою подпись") == 1
    assert "data-doctor" in html
    assert "не является сертифицированным средством" in html
    assert "UNDEFINED" not in html


def test_without_the_plug_in_only_files_are_taken(page, settings):
    settings.LKOT_DEMO_SIGNER = False
    settings.CADES_PLUGIN_URL = ""
    html = page.get(PAGE).content.decode()
    assert "data-doctor-status" not in html
    assert html.count('type="file"') == 2


# ---- a certificate


def test_a_good_certificate(page, who, authority):
    answer = upload(page, own(authority, who).certificate.dump())
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>Этой подписью можно подписывать протоколы комиссии</h1>" in html
    assert who.user.snils not in html
    assert "UNDEFINED" not in html
    assert "data-doctor" not in html, "a page to be printed and read, without the plug-in"


def test_an_expired_one_and_what_to_do(page, who, authority):
    answer = upload(page, held(authority, who)[1].certificate.dump())
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f"<h1>{STOP}</h1>" in html
    assert "закончился 15.04.2025" in html
    assert "Что сделать" in html
    assert '<details class="disclosure" open>' in html


def test_of_another_organization(page, who, authority):
    html = upload(page, held(authority, who)[2].certificate.dump()).content.decode()
    assert STOP in html
    assert "Сертификат выдан другой организации" in html


def test_without_the_right(client, authority):
    clerk = factories.acting(rights=["sout.view_reports"])
    factories.sign_in(client, clerk)
    where = clerk.organization
    certificate = issue_person_certificate(
        authority,
        surname=clerk.user.last_name,
        given_name="Пётр",
        snils=clerk.user.snils,
        innle=where.inn,
        ogrn=where.ogrn,
        organization=where.short_name,
    ).certificate
    html = upload(client, certificate.dump()).content.decode()
    assert "у вас нет права подписывать" in html
    assert "«Подпись и отправка протоколов решения комиссий»" in html


def test_the_personal_certificate_of_a_clerk(client, authority):
    clerk = factories.acting(rights=["protocols.sign", "protocols.view"])
    factories.sign_in(client, clerk)
    html = upload(client, own(authority, clerk).certificate.dump()).content.decode()
    assert "только по доверенности (МЧД)" in html
    assert "Да, с МЧД" in html


BAD = [
    ("a.pfx", b"\x30\x82", 422, "закрытого ключа"),
    ("a.cer", b"", 422, "Файл пуст"),
    ("a.cer", b"nonsense", 422, "не сертификат"),
    ("a.cer", b"%PDF-1.4", 422, "Это документ"),
    ("a.cer", (VECTORS / "sig/head.p7s").read_bytes(), 422, "файл подписи"),
    ("a.cer", b"\x30" * (LARGEST_CERTIFICATE + 1), 422, "слишком большой"),
    ("a.cer", b"\x30" * (LARGEST_CERTIFICATE + 200_000), 413, "слишком большой"),
]


@pytest.mark.parametrize(("name", "content", "status", "words"), BAD, ids=range(len(BAD)))
def test_bad_files_get_a_plain_sentence(page, name, content, status, words):
    answer = upload(page, content, name)
    assert answer.status_code == status
    html = answer.content.decode()
    assert words in html
    assert "<title>Ошибка: " in html


def test_no_file_at_all(page):
    for name in ("doctor_certificate", "doctor_signature"):
        assert page.post(reverse(f"signatures:{name}")).status_code == 422


def test_a_damaged_certificate_never_ends_in_500(page, who, authority):
    der = own(authority, who).certificate.dump()
    for place in range(0, len(der), 41):
        changed = bytearray(der)
        changed[place] ^= 0x81
        answer = upload(page, bytes(changed))
        assert answer.status_code in {200, 422}
        assert "можно подписывать протоколы" not in answer.content.decode()


# ---- nothing is kept, nothing is logged


def test_a_private_key_is_kept_nowhere(page, caplog, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    secret = b"-----BEGIN " + b"PRIVATE KEY-----\nc2VjcmV0LW9mLXRoZS1oZWFk\n-----END " + b"PRIVATE KEY-----\n"
    with caplog.at_level(logging.DEBUG):
        answer = upload(page, secret, "header.pem")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "нельзя передавать никому" in html
    assert "c2VjcmV0" not in html + caplog.text
    assert "header.pem" not in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_files_stay_in_memory(page, who, authority, monkeypatch):
    from django.core.files import uploadedfile

    def written(*given, **more):
        raise AssertionError("a file was written to the disk")

    monkeypatch.setattr(uploadedfile.TemporaryUploadedFile, "__init__", written)
    assert upload(page, own(authority, who).certificate.dump()).status_code == 200


def test_the_database_is_only_read(page, who, authority):
    certificate = own(authority, who)
    code = code_on(page)
    signature = sign(challenge(page, code).content, authority.signer(certificate))
    base64_text = base64.b64encode(certificate.certificate.dump()).decode()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert upload(page, certificate.certificate.dump()).status_code == 200
        assert bring(page, code, signature).status_code == 200
        assert page.post(reverse("signatures:doctor_certificates"), {"certificate": base64_text}).status_code == 200
    changing = [
        each["sql"] for each in seen if not re.match(r"\s*(SELECT|SAVEPOINT|RELEASE|SET|ROLLBACK)", each["sql"])
    ]
    assert changing == []


# ---- the trial signature


def test_the_walk_without_javascript(page, who, authority):
    code = code_on(page)
    text = challenge(page, code)
    assert text.content.decode().startswith("ПРОБНАЯ ПОДПИСЬ. ЭТО НЕ ДОКУМЕНТ.")
    assert "attachment" in text["Content-Disposition"]
    assert challenge(page, code).content == text.content
    answer = bring(page, code, sign(text.content, authority.signer(own(authority, who))))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>Пробная подпись верна. Этой подписью можно подписывать протоколы комиссии</h1>" in html


def test_every_text_is_fresh(page):
    assert challenge(page).content != challenge(page).content
    assert code_on(page) != code_on(page)


def test_a_script_gets_the_part_alone(page, who, authority):
    text = challenge(page)
    signature = base64.encodebytes(sign(text.content, authority.signer(own(authority, who))))
    answer = bring(page, text["X-Trial-Code"], signature, X_Requested_With="XMLHttpRequest")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in html
    assert "Пробная подпись верна." in html
    answer = bring(page, text["X-Trial-Code"], b"nonsense", X_Requested_With="XMLHttpRequest")
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")


def test_a_signature_of_another_text_is_told(page, who, authority):
    signature = sign(DOCUMENT, authority.signer(own(authority, who)))
    html = bring(page, code_on(page), signature).content.decode()
    assert STOP in html
    assert "Подписан не тот текст" in html


def test_the_code_of_another_session_is_refused(page, authority, who):
    stranger = factories.sign_in(Client(), factories.acting())
    code = code_on(stranger)
    assert challenge(page, code).status_code == 400
    answer = bring(page, code, b"\x30\x00")
    assert answer.status_code == 422
    assert "другому сеансу" in answer.content.decode()
    assert bring(page, "", b"\x30\x00").status_code == 422
    assert bring(page, "a.1.b", b"\x30\x00").status_code == 422


def test_the_page_keeps_its_text_after_a_bad_file(page):
    code = code_on(page)
    html = bring(page, code, b"nonsense").content.decode()
    assert f'name="code" value="{code}"' in html


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.p12", b"\x30\x82", 422),
        ("a.sig", b"nonsense", 422),
        ("a.sig", b"\x30\x80", 422),
        ("a.sig", b"\x30" * (LARGEST_SIGNATURE + 1), 422),
        ("a.sig", b"\x30" * (LARGEST_SIGNATURE + 100_000), 413),
    ],
)
def test_bad_signature_files(page, name, content, status):
    answer = bring(page, code_on(page), content, name)
    assert answer.status_code in {status, 200}
    assert "можно подписывать протоколы" not in answer.content.decode()


def test_a_trial_signature_is_accepted_for_no_document(page, who, authority):
    text = challenge(page).content
    signature = sign(text, authority.signer(own(authority, who)))
    with pytest.raises(SignatureRefused, match="trial_text"):
        check_signature(signature, text, acting=who, moment=datetime.now(UTC))


# ---- what the scripts ask


def ask(client, *ders, **more):
    given = [base64.encodebytes(der).decode() for der in ders]
    return client.post(reverse("signatures:doctor_certificates"), {"certificate": given} | more)


def test_every_certificate_of_the_person_is_judged(page, who, authority):
    ders = [person.certificate.dump() for person in held(authority, who)]
    told = ask(page, *ders, b"nonsense").json()
    good, expired, stranger, broken = told["certificates"]
    assert abs((datetime.now(UTC) - datetime.fromisoformat(told["now"])).total_seconds()) < 30
    assert good["suits"]
    assert good["why"] == []
    assert "html" not in good
    assert "закончился" in expired["why"][0]
    assert expired["advice"]
    assert "другой организации" in stranger["why"][0]
    assert broken == {"readable": False}
    assert who.user.snils not in str(told)
    full = ask(page, ders[0], full="1").json()["certificates"][0]["html"]
    assert "Сделать пробную подпись" in full
    assert "UNDEFINED" not in full


def test_the_panel_and_the_acceptance_agree_on_every_certificate(page, who, authority):
    people = held(authority, who)
    told = ask(page, *(person.certificate.dump() for person in people), purpose="commission_protocol").json()
    for person, answer in zip(people, told["certificates"], strict=True):
        try:
            check_signature(sign(DOCUMENT, authority.signer(person)), DOCUMENT, acting=who, moment=datetime.now(UTC))
        except SignatureRefused:
            accepted = False
        else:
            accepted = True
        assert answer["suits"] is accepted


def test_bounds(page):
    url = reverse("signatures:doctor_certificates")
    assert page.post(url).status_code == 400
    assert page.post(url, {"certificate": ["AA=="] * (MOST + 1)}).status_code == 400
    assert page.post(url, {"certificate": "A" * 1_200_000}).status_code == 413
    assert page.post(url, {"certificate": "А"}).json()["certificates"] == [{"readable": False}]
    large = base64.b64encode(b"\x30" * (LARGEST_CERTIFICATE + 1)).decode()
    assert page.post(url, {"certificate": large}).json()["certificates"] == [{"readable": False}]
    assert page.get(url).status_code == 405


def test_posts_need_the_csrf_token(who):
    strict = factories.sign_in(Client(enforce_csrf_checks=True), who)
    for name in ("doctor_certificates", "doctor_certificate", "doctor_signature"):
        assert strict.post(reverse(f"signatures:{name}"), {"certificate": "AA=="}).status_code == 403


def test_with_the_token_files_are_taken_and_stay_in_memory(who, authority, monkeypatch):
    """The check of the token reads the body: the handler must be there before it."""
    from django.core.files import uploadedfile

    def written(*given, **more):
        raise AssertionError("a file was written to the disk")

    monkeypatch.setattr(uploadedfile.TemporaryUploadedFile, "__init__", written)
    strict = factories.sign_in(Client(enforce_csrf_checks=True), who)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', strict.get(PAGE).content.decode())[1]
    person = own(authority, who)
    file = SimpleUploadedFile("a.cer", person.certificate.dump())
    given = {"certificate": file, "csrfmiddlewaretoken": token}
    assert strict.post(reverse("signatures:doctor_certificate"), given).status_code == 200
    code = code_on(strict)
    file = SimpleUploadedFile("a.sig", sign(challenge(strict, code).content, authority.signer(person)))
    given = {"code": code, "signature_file": file, "csrfmiddlewaretoken": token}
    assert "Пробная подпись верна" in strict.post(reverse("signatures:doctor_signature"), given).content.decode()


def test_pem_with_the_chain(page, who, authority):
    whole = [own(authority, who).certificate, authority.issuing, authority.root]
    answer = upload(page, b"".join(pem.armor("CERTIFICATE", each.dump()) for each in whole), "a.pem")
    assert "можно подписывать протоколы комиссии" in answer.content.decode()


# ---- how often


@pytest.fixture
def one_a_minute(settings):
    settings.ACCOUNT_RATE_LIMITS = {"signature_doctor": "1/m/user"}
    cache.clear()
    yield
    cache.clear()


WAIT = "Слишком много проверок подряд. Подождите минуту и повторите."


@pytest.mark.usefixtures("one_a_minute")
def test_a_certificate_too_often(page, who, authority):
    content = own(authority, who).certificate.dump()
    first, second = (upload(page, content) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    assert WAIT in second.content.decode()
    another = factories.sign_in(Client(), factories.acting(who.organization))
    assert upload(another, content).status_code == 200, "a limit of one person, not of his office's address"
    assert page.get(PAGE).status_code == 200


@pytest.mark.usefixtures("one_a_minute")
def test_a_trial_signature_too_often_keeps_its_text(page, who, authority):
    code = code_on(page)
    signature = sign(challenge(page, code).content, authority.signer(own(authority, who)))
    assert bring(page, code, signature).status_code == 200
    refused = bring(page, code, signature)
    assert refused.status_code == 429
    assert WAIT in refused.content.decode()
    assert f'value="{code}"' in refused.content.decode(), "the same file is good in a minute"
    by_script = bring(page, code, signature, **{"X-Requested-With": "XMLHttpRequest"})
    assert (by_script.status_code, by_script.content.decode()) == (429, WAIT)


@pytest.mark.usefixtures("one_a_minute")
def test_the_list_of_a_browser_too_often(page, who, authority):
    given = {"certificate": base64.b64encode(own(authority, who).certificate.dump()).decode()}
    address = reverse("signatures:doctor_certificates")
    assert page.post(address, given).status_code == 200
    refused = page.post(address, given)
    assert (refused.status_code, refused.json()) == (429, {"problem": WAIT})
