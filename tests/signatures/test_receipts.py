"""The receipt, the stamp and the ZIP of evidence of a kept signature."""

from __future__ import annotations

import io
import json
import re
import zipfile
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import Branch
from core.files import store
from core.files.tasks import drop_if_expired
from core.identifiers import mask_snils
from core.pdf import html_to_pdf, printed_html
from signatures.models import PowerOfAttorney, RevocationList
from signatures.receipts import evidence as evidence_module
from signatures.receipts.documents import RECEIPT
from signatures.receipts.evidence import evidence
from signatures.receipts.facts import PERSONAL, SOLE_TRADER, as_text, right_of
from signatures.subjects import Subject
from tests import factories
from tests.violations import control

pytestmark = pytest.mark.django_db
STAMP = "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ"


@pytest.fixture
def admin():
    return factories.acting(factories.sout_organization())


@pytest.fixture
def protocol(admin):
    return control.sent(admin)


def opened(signature, acting=None):
    return zipfile.ZipFile(BytesIO(b"".join(evidence(signature, acting))))


# ---- the receipt


def test_the_receipt_says_all_that_was_kept(protocol, admin, settings):
    settings.PUBLIC_URL = "https://cabinet.example.org"
    signature = protocol.signature
    html = " ".join(printed_html(RECEIPT, signature).split())
    for words in (
        STAMP,
        signature.serial.upper(),
        signature.document.name,
        signature.document.sha256,
        signature.document.streebog256,
        signature.subject.person,
        admin.organization.inn,
        mask_snils(admin.user.snils),
        "по словам подписавшего",
        str(signature.uid),
        *(link["thumbprint"] for link in signature.chain),
        *(used["sha256"] for used in signature.revocation),
        "https://cabinet.example.org/signatures/check/",
        "не является сертифицированным средством",
        "Подпись верна, сертификат действителен.",
        "Сертификат организации",
        "(МСК)",
    ):
        assert words in html.replace("&quot;", '"'), words
    assert admin.user.snils not in html
    text = PdfReader(BytesIO(html_to_pdf(printed_html(RECEIPT, signature)))).pages[0].extract_text()
    assert STAMP in " ".join(text.split())


def test_the_stamp_is_on_the_printed_protocol_too(protocol):
    from violations import documents

    html = printed_html(documents.PROTOCOL, protocol)
    assert STAMP in html
    assert protocol.signature.serial.upper() in html


def test_by_what_right(protocol):
    signature = protocol.signature
    assert right_of(signature, Subject(ogrnip="1", inn="2")) == SOLE_TRADER
    assert right_of(signature, Subject(inn="2")) == PERSONAL
    signature.power = PowerOfAttorney(inner_number="7")
    assert right_of(signature, Subject(inn="2")) == "Машиночитаемая доверенность № 7"
    assert "доверенность № 7" in as_text(signature)


# ---- the ZIP


def test_the_zip_holds_what_proves_it_elsewhere(protocol, admin):
    signature = protocol.signature
    packed = opened(signature)
    assert packed.testzip() is None
    names = packed.namelist()
    assert names[:2] == ["document.xml", "document.xml.sig"]
    assert packed.read("document.xml") == bytes(protocol.document)
    assert packed.read("document.xml.sig") == bytes(signature.der)
    assert packed.read("certificates/1.cer") == bytes(signature.certificate)
    assert len([name for name in names if name.startswith("certificates/")]) == 3
    assert json.loads(packed.read("revocation-lists.json")) == signature.revocation
    lists = [packed.read(name) for name in names if name.endswith(".crl")]
    assert lists == [bytes(RevocationList.objects.get(sha256=u["sha256"]).der) for u in signature.revocation]
    text = packed.read("receipt.txt").decode("utf-8-sig")
    assert "КВИТАНЦИЯ О ПОДПИСАНИИ" in text
    assert admin.user.snils not in text
    assert all(name.isascii() for name in names)
    assert packed.infolist()[0].date_time[0] == signature.moment.year


def test_the_zip_proves_itself_to_the_command(protocol, tmp_path, capsys):
    """What was handed out is enough for a check that asks no database."""
    from asn1crypto import pem
    from django.core.management import call_command

    opened(protocol.signature).extractall(tmp_path)
    root = tmp_path / "root.pem"
    root.write_bytes(pem.armor("CERTIFICATE", (tmp_path / "certificates/3.cer").read_bytes()))
    out = io.StringIO()
    call_command(
        "verify_signature",
        "--json",
        *("--data", str(tmp_path / "document.xml"), "--signature", str(tmp_path / "document.xml.sig")),
        *("--roots", str(root), "--intermediates", str(tmp_path / "certificates/2.cer")),
        *("--crls", *(str(path) for path in sorted(tmp_path.glob("revocation-lists/*.crl")))),
        stdout=out,
    )
    assert [each["verdict"] for each in json.loads(out.getvalue())] == ["ok"]


@pytest.mark.parametrize(
    ("name", "content", "ending"),
    [
        ("Заявление.PDF", b"x", ".pdf"),
        ("Протокол от 12.11.2026", b"<Protocol/>", ".xml"),
        ("Протокол от 12.11.2026", b"%PDF-1.7", ".pdf"),
        ("Протокол", b"\x00\x01", ".bin"),
        ("Пусто", b"", ".bin"),
    ],
)
def test_the_document_in_the_zip_has_an_ending(name, content, ending):
    assert evidence_module._ending(name, content) == ending


def test_more_files_from_who_keeps_them(protocol, monkeypatch):
    monkeypatch.setattr(evidence_module, "_extras", [])
    evidence_module.register_evidence(extra := lambda signature, acting: [("power-of-attorney.xml", [b"<x/>"])])
    evidence_module.register_evidence(extra)
    assert opened(protocol.signature).namelist().count("power-of-attorney.xml") == 1


# ---- the pages


def test_who_reads_the_protocol_gets_all_three(protocol, admin):
    reader = factories.sign_in(Client(), factories.acting(admin.organization, rights=["protocols.view"]))
    page = reader.get(reverse("violations:protocol", args=[protocol.uid])).content.decode()
    uid = protocol.signature.uid
    for name in ("receipt", "signature_file", "evidence"):
        assert reverse(f"signatures:{name}", args=[uid]) in page
    answer = reader.get(reverse("signatures:signature_file", args=[uid]))
    assert answer.content == bytes(protocol.signature.der)
    assert answer["Content-Disposition"].startswith("attachment")
    answer = reader.get(reverse("signatures:evidence", args=[uid]))
    assert zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).testzip() is None
    (link,) = re.findall(f"<a [^>]*{reverse('signatures:receipt', args=[uid])}[^>]*>", page)
    assert not link.endswith(" download>"), "it would save the page that waits for the PDF"
    waiting = reader.get(reverse("signatures:receipt", args=[uid]))
    assert "Квитанция о подписании" in waiting.content.decode()
    assert reader.post(reverse("signatures:receipt", args=[uid])).status_code == 303


def test_nobody_else_gets_any(protocol, admin):
    branch = Branch.objects.create(organization=admin.organization, name="Филиал", kpp="770102002")
    for who in (
        factories.acting(),
        factories.acting(admin.organization, rights=["sout.view_reports"]),
        factories.acting(admin.organization, branch=branch),
    ):
        client = factories.sign_in(Client(), who)
        for name in ("receipt", "signature_file", "evidence"):
            assert client.get(reverse(f"signatures:{name}", args=[protocol.signature.uid])).status_code == 404
    assert Client().get(reverse("signatures:evidence", args=[protocol.signature.uid])).status_code == 302


def test_a_document_in_a_file_goes_through_piece_by_piece_and_a_dropped_one_is_404(protocol, admin, monkeypatch):
    signature = protocol.signature
    stored = store(BytesIO(bytes(protocol.document)), name="x", actor=admin, purpose="signed")
    signature.document.file, signature.document.body = stored, None
    monkeypatch.setattr(evidence_module, "PIECE", 100)
    packed = opened(signature)
    assert packed.read("document.xml") == bytes(protocol.document)
    from django.utils import timezone

    stored.expires_at = timezone.now()
    stored.save()
    assert drop_if_expired(stored.pk)
    stored.refresh_from_db()
    with pytest.raises(FileNotFoundError):
        evidence(signature, admin)
