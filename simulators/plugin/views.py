"""/dev/signer/…: what the plug-in's store and key would do on the user's machine, done by the development server.

Both answer 404 unless LKOT_DEMO_SIGNER is on; production cannot import this package at all.  Only the certificates of the signed-in
person are offered, among them some that are of no use here, so that the page can say why.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from asn1crypto import x509
from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse

from core.doors import door
from simulators.demo_ca import DemoAuthority, PersonCertificate, ensure_demo_ca, sign
from simulators.demo_ca.holders import certificates_of, holder_of_cast, holder_of_request


def _only_in_development() -> None:
    if not settings.LKOT_DEMO_SIGNER:
        raise Http404


def _held_by(request: HttpRequest, authority: DemoAuthority) -> list[PersonCertificate]:
    user: Any = request.user
    holder, offices = holder_of_cast(user.snils) or holder_of_request(user, getattr(request, "acting", None))
    return certificates_of(authority, holder, offices)


@door(read=["GET"], signed_in=True)
def certificates(request: HttpRequest) -> JsonResponse:
    """{certificates: [{thumbprint, subject, issuer, serial, not_before, not_after, certificate (base64 DER)}]}."""
    _only_in_development()
    held = _held_by(request, ensure_demo_ca(settings.STATE_DIR))
    return JsonResponse({"certificates": [_described(person) for person in held]})


def _described(person: PersonCertificate) -> dict[str, str]:
    certificate = person.certificate
    return {
        "thumbprint": person.thumbprint,
        "subject": _words(certificate.subject),
        "issuer": _words(certificate.issuer),
        "serial": f"{certificate.serial_number:X}",
        "not_before": certificate.not_valid_before.isoformat(),
        "not_after": certificate.not_valid_after.isoformat(),
        "certificate": base64.b64encode(certificate.dump()).decode(),
    }


def _words(name: x509.Name) -> str:
    return str(name.human_friendly)


@door(write=["POST"], signed_in=True)
def sign_content(request: HttpRequest) -> JsonResponse:
    """Sign {thumbprint, content (base64)}: {signature: base64 in lines ended by CRLF, as the plug-in answers}."""
    _only_in_development()
    try:
        asked = json.loads(request.body)
        content = base64.b64decode(asked["content"], validate=True)
        wanted = str(asked["thumbprint"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        return JsonResponse({"problem": "thumbprint and content are needed"}, status=400)
    authority = ensure_demo_ca(settings.STATE_DIR)
    person = next((item for item in _held_by(request, authority) if item.thumbprint == wanted), None)
    if person is None:
        return JsonResponse({"problem": "no such certificate"}, status=404)
    der = sign(content, authority.signer(person))
    lines = base64.encodebytes(der).decode().replace("\n", "\r\n")
    return JsonResponse({"signature": lines})
