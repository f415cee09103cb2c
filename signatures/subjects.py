"""What a Russian certificate says about its owner.

Attributes of the subject name: order of the FSB of Russia of 27.12.2011 № 795 (form of a qualified
certificate).  A personal certificate has neither ОГРН nor ИНН of an organization.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from asn1crypto import x509

from signatures.cms.exact import exact

IDENTIFIERS = {
    "1.2.643.100.3": "snils",
    "1.2.643.3.131.1.1": "inn",
    "1.2.643.100.4": "innle",
    "1.2.643.100.1": "ogrn",
    "1.2.643.100.5": "ogrnip",
}
WORDS = {
    "2.5.4.3": "cn",
    "2.5.4.4": "surname",
    "2.5.4.42": "given_name",
    "2.5.4.12": "title",
    "2.5.4.10": "o",
}
# Until 2021 an organization's ten-digit ИНН stood in the person's attribute, padded to twelve.
OLD_ORGANIZATION_PREFIX = "00"
LENGTH_OF_PADDED_INN = 12


@dataclass(frozen=True, slots=True)
class Subject:
    """The owner of a certificate; every field is a string or None when the name has no such part.

    ``snils`` 11 digits, ``inn`` 12 (a person's), ``innle`` 10 (an organization's), ``ogrn`` 13,
    ``ogrnip`` 15; the digits are given as they stand, check digits are not looked at.
    """

    snils: str | None = None
    inn: str | None = None
    innle: str | None = None
    ogrn: str | None = None
    ogrnip: str | None = None
    cn: str | None = None
    surname: str | None = None
    given_name: str | None = None
    title: str | None = None
    o: str | None = None

    @property
    def person(self) -> str:
        """Surname, name and patronymic, or the common name where the certificate has no surname."""
        parts = [part for part in (self.surname, self.given_name) if part]
        return " ".join(parts) or self.cn or ""

    @property
    def is_personal(self) -> bool:
        """The certificate names no organization and no sole trader: its owner signs for others under a power of attorney."""
        return self.innle is None and self.ogrn is None and self.ogrnip is None

    def identifiers(self) -> dict[str, str | None]:
        """The numbers alone, as ``verify_signature --json`` prints them."""
        return {field.name: getattr(self, field.name) for field in fields(self)[:5]}


def read_subject(certificate: x509.Certificate) -> Subject:
    """Read the subject name.

    Raises ValueError when a number (СНИЛС, ИНН, ОГРН …) stands in it twice: there is no telling
    which of the two the certification authority checked.
    """
    found: dict[str, str] = {}
    for group in certificate.subject.chosen:
        for part in group:
            identifier = part["type"].dotted
            name = IDENTIFIERS.get(identifier) or WORDS.get(identifier)
            if name is None:
                continue
            if name in found and identifier in IDENTIFIERS:
                raise ValueError(f"{name} stands twice in the subject name")
            found.setdefault(name, str(part["value"].native).strip())
    inn = found.get("inn", "")
    if "innle" not in found and len(inn) == LENGTH_OF_PADDED_INN and inn.startswith(OLD_ORGANIZATION_PREFIX):
        found["innle"] = found.pop("inn").removeprefix(OLD_ORGANIZATION_PREFIX)
    return Subject(**found)


def common_name(name: x509.Name) -> str:
    """Return the common name of a subject or issuer, the whole name where there is none."""
    for group in name.chosen:
        for part in group:
            if part["type"].dotted == "2.5.4.3":
                return str(part["value"].native)
    return str(name.human_friendly)


def same_name(first: x509.Name, second: x509.Name) -> bool:
    """Compare two names: by their DER first, because the comparison of RFC 4518 is slow."""
    return exact(first) == exact(second) or first == second
