"""From an uploaded file to DER: plain DER, PEM, or base64 as the browser plug-in answers it."""

from __future__ import annotations

import base64
import binascii
import codecs
import re

from asn1crypto import pem

from signatures.cms.exact import Certificate, check_filled, exact, moment_of
from signatures.cms.refusal import Refused, reading
from signatures.verdicts import Verdict

SEQUENCE_TAG = 0x30
SIGNATURE_LABELS = (b"CMS", b"PKCS7", b"PKCS #7 SIGNED DATA", b"SIGNATURE")
NO_FORM = "файл не в кодировке DER, PEM или base64"
SMALL_PEM = 256 * 1024
WHITE_SPACE = re.compile(rb"\s+")
PEM_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,60})-----([A-Za-z0-9+/=\s]*)-----END \1-----")
LINE_END = re.compile(rb"\r\n|\n")


def signature_der(file: bytes) -> bytes:
    """Return the DER of a signature file; raises Refused(MALFORMED).

    The text forms are read strictly (nothing but base64 lines, canonical padding bits), so that one
    signature has one spelling up to the length of its lines.
    """
    if file[:1] == bytes([SEQUENCE_TAG]):
        return file
    lines = LINE_END.split(_one_byte_letters(file))
    while lines and not lines[-1]:
        lines.pop()
    if lines and lines[0].startswith(b"-----BEGIN "):
        lines = _pem_body(lines)
    return _decode(lines)


def _one_byte_letters(text: bytes) -> bytes:
    """Take off what an editor puts before base64: the mark of the order of bytes, UTF-16 under it."""
    if not text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return text.removeprefix(codecs.BOM_UTF8)
    try:
        return text.decode("utf-16").encode("ascii")
    except UnicodeError as error:
        raise Refused(Verdict.MALFORMED, NO_FORM) from error


def _pem_body(lines: list[bytes]) -> list[bytes]:
    """Return the base64 lines between the boundaries of a PEM signature."""
    for label in SIGNATURE_LABELS:
        if lines[0] == b"-----BEGIN %s-----" % label and lines[-1] == b"-----END %s-----" % label:
            return lines[1:-1]
    raise Refused(Verdict.MALFORMED, "неизвестный заголовок PEM")


def _decode(lines: list[bytes]) -> bytes:
    """Decode base64 lines and refuse any second spelling of the same bytes."""
    text = b"".join(lines)
    if not text or not all(lines):
        raise Refused(Verdict.MALFORMED, NO_FORM)
    try:
        der = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(Verdict.MALFORMED, NO_FORM) from error
    if base64.b64encode(der) != text or der[:1] != bytes([SEQUENCE_TAG]):
        raise Refused(Verdict.MALFORMED, NO_FORM)
    return der


def split_pem(file: bytes) -> list[bytes]:
    """Return the DER blocks of a certificate or CRL file: one DER, or any number in PEM.

    Raises ValueError when the file is neither.
    """
    if file[:1] == bytes([SEQUENCE_TAG]):
        return [file]
    if not pem.detect(file):
        raise ValueError("neither DER nor PEM")
    if len(file) > SMALL_PEM:
        return _split_large_pem(file)
    return [der for _label, _headers, der in pem.unarmor(file, multiple=True)]


def _split_large_pem(file: bytes) -> list[bytes]:
    """The same in linear time: asn1crypto adds line to line, and a list of 10 MB would take minutes.  Without headers."""
    blocks = [base64.b64decode(WHITE_SPACE.sub(b"", body), validate=True) for _label, body in PEM_BLOCK.findall(file)]
    if not blocks:
        raise ValueError("neither DER nor PEM")
    return blocks


def load_certificates(file: bytes) -> list[Certificate]:
    """Read every certificate of a DER or PEM file; raises ValueError on anything else."""
    return [load_certificate(der) for der in split_pem(file)]


def load_certificate(der: bytes) -> Certificate:
    """Read one DER certificate through at once; raises ValueError when it is damaged."""
    try:
        with reading():
            certificate = Certificate.load(der, strict=True)
            read_through(certificate)
            # The path builder asks for these of every certificate it is given: one with unusable names
            # in the trust list would spoil the verification of all.
            _ = (certificate.subject.hashable, certificate.issuer.hashable)
    except Refused as error:
        raise ValueError("not a certificate") from error
    return certificate


def read_through(certificate: Certificate) -> None:
    """Force the lazy parser over every field, so that damage shows now and not at a later check.

    The public key is left out: asn1crypto knows no GOST keys and fails on ``.native`` of the whole
    (and stays broken after that), so nobody here may ask a certificate for its ``native``.
    """
    body = certificate["tbs_certificate"]
    for field in ("version", "serial_number", "signature", "issuer", "validity", "subject", "extensions"):
        _ = body[field].native
    _ = (moment_of(body["validity"]["not_before"]), moment_of(body["validity"]["not_after"]))
    _ = exact(body["subject_public_key_info"])
    check_filled(certificate, certificate["signature_algorithm"])
    if exact(certificate["signature_algorithm"]) != exact(body["signature"]):
        raise ValueError("the two signature algorithms of the certificate differ")
    # The count of unused bits is the one byte of a signed certificate that no signature covers.
    if certificate["signature_value"].contents[:1] != b"\x00":
        raise ValueError("the signature of the certificate is not whole octets")
