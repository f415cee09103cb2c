"""МЧД for tests: written by the product's own writer, signed by the demo CA, damaged in one place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.acting import Acting
from signatures.actions import PowerWords, make_draft
from signatures.cms.encoding import load_certificate, split_pem
from signatures.mchd.power import Granted, Person
from signatures.mchd.reading import read_power
from signatures.mchd.writing import Wanted, write_power
from signatures.models import PowerDraft, PowerOfAttorney, Signature, SignedDocument

CODE = "DEMO_OT_SIGN"
HEAD = Person("11223344595", "770455500191", "Иванов", "Пётр", "Сергеевич", "Директор")
EMPLOYEE = Person("08765430300", "770455500265", "Петрова", "Мария", "Сергеевна", "Специалист по охране труда")


def wanted(**changes: Any) -> Wanted:
    today = timezone.localdate()
    given: dict[str, Any] = {
        "number": str(uuid4()),
        "inner_number": "ОТ-1",
        "issued": today - timedelta(days=1),
        "until": today + timedelta(days=365),
        "organization_name": "ООО «Ромашка»",
        "organization_inn": "7704001236",
        "organization_ogrn": "1027700456783",
        "organization_kpp": "770401001",
        "head": HEAD,
        "representative": EMPLOYEE,
        "powers": (Granted(CODE, "Подписание документов"),),
        "birth_date": date(1985, 3, 8),
    }
    return Wanted(**(given | changes))


def paper(*replaced: tuple[str, str], **changes: Any) -> bytes:
    """The XML; every ``replaced`` pair must be found in it."""
    text = write_power(wanted(**changes)).decode()
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def of_two_heads() -> bytes:
    """One that HEAD and a second head (СНИЛС 15000000756, ИНН 540112233406) give only together."""
    text = paper(('ПолнЮЛ="1"', 'ПолнЮЛ="2"')).decode()
    start, end = text.index("<ЛицоБезДов"), text.index("</РосОргДовер>")
    second = text[start:end].replace("112-233-445 95", "150-000-007 56").replace("770455500191", "540112233406")
    return (text[:end] + second + text[end:]).encode()


def codes(*names: str) -> Sequence[Granted]:
    return tuple(Granted(name, f"Полномочие {name}") for name in names)


def of(acting: Acting, **changes: Any) -> dict[str, Any]:
    """Values of a paper that the acting person's organization gives him."""
    organization, user = acting.organization, acting.user
    return {
        "organization_name": organization.full_name,
        "organization_inn": organization.inn,
        "organization_ogrn": organization.ogrn,
        "representative": Person(
            user.snils, EMPLOYEE.inn, user.last_name, user.first_name, user.middle_name, "Инженер"
        ),
    } | changes


def kept(acting: Acting, **changes: Any) -> PowerOfAttorney:
    """A paper issued to the acting person, as if it had been uploaded: the signature under it is nobody's."""
    made = wanted(**of(acting, **changes))
    xml = write_power(made)
    sha256 = hashlib.sha256(xml).hexdigest()
    now = timezone.now()
    common = {"organization": acting.organization, "purpose": "mchd"}
    document = SignedDocument.objects.create(
        **common, name="МЧД", body=xml, size=len(xml), sha256=sha256, streebog256="0" * 64
    )
    (der,) = split_pem((Path(__file__).parents[1] / "fixtures/signatures/certs/head.crt").read_bytes())
    certificate = load_certificate(der)
    signature = Signature.objects.create(
        **common,
        document=document,
        person=acting.user,
        der=b"signature",
        sha256=sha256,
        fingerprint=sha256,
        certificate=der,
        thumbprint="0" * 40,
        serial="1",
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        qualified=True,
        chain=[],
        revocation=[],
        verdict="ok",
        moment=now,
    )
    power = read_power(xml)
    return PowerOfAttorney.objects.create(
        organization=acting.organization,
        number=power.number,
        inner_number=power.inner_number,
        issued=power.issued,
        until=power.until,
        representatives=[
            {"name": each.full_name, "snils": each.snils, "inn": each.inn, "position": each.position}
            for each in power.representatives
        ],
        representative_snils=[acting.user.snils],
        powers=[{"code": each.code, "text": each.text, "restricted": False} for each in power.powers],
        document=document,
        signature=signature,
        uploaded_by=acting.user,
        uploaded_at=now,
    )


def drafted(acting: Acting, **changes: Any) -> PowerDraft:
    """A paper for the acting person that waits for the head."""
    made = wanted(**of(acting, **changes))
    words = PowerWords(
        head=made.head,
        representative=made.representative,
        kpp=made.organization_kpp,
        inner_number=made.inner_number,
        issued=made.issued,
        until=made.until,
        powers=tuple(made.powers),
    )
    return make_draft(words, acting=acting)
