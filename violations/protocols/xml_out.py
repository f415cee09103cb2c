"""The protocol's XML, `schemas/commission_protocol.xsd` version 1.0.1: the bytes that are signed.

The same protocol, day and signing request always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from lxml import etree

from sout_reports.models import Workplace
from violations.protocols.models import CommissionMember, CommissionProtocol, ProtocolRow

SCHEME_VERSION = "1.0.1"
DATA_SOURCE = "ЛКОТ"
REQUEST_MARK = "lkot-signing-request"
# The schema wants a filled OldNumber, a report may leave a number empty; the import knows the word.
NO_NUMBER = "б/н"
NOT_GIVEN = "Не указано"


def protocol_xml(
    protocol: CommissionProtocol,
    rows: Iterable[ProtocolRow],
    members: Sequence[CommissionMember],
    *,
    address: str,
    created: date,
    request: UUID | None = None,
) -> bytes:
    """The document as UTF-8. `rows` come with `workplace` and `workplace.report`; `address` is the employer's;
    `created` is the day of freezing. `request`, the signing request, stands in a processing instruction, which no schema
    minds: so no two requests have the same bytes, and a signature serves one.

    Exactly one of `members` is the chairman.
    """
    root = etree.Element("Protocol")
    info = etree.SubElement(root, "FileInfo")
    _texts(info, SchemeVersion=SCHEME_VERSION, DataSource=DATA_SOURCE, CreatedDate=created.isoformat())
    _texts(root, ProtocolNumber=_line(protocol.number), ProtocolDate=protocol.date.isoformat())
    _employer(root, protocol, address)
    places = etree.SubElement(root, "Workplaces")
    for row in rows:
        _workplace(places, row)
    _commission(root, members)
    if request is not None:
        root.addprevious(etree.ProcessingInstruction(REQUEST_MARK, str(request)))
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _employer(root: etree._Element, protocol: CommissionProtocol, address: str) -> None:
    employer = protocol.employer
    element = etree.SubElement(root, "Organization")
    _texts(element, Inn=employer.inn, Ogrn=employer.ogrn, Title=employer.full_name, Address=address)
    if protocol.kpp:
        _texts(element, Kpp=protocol.kpp)


def _workplace(parent: etree._Element, row: ProtocolRow) -> None:
    place: Workplace = row.workplace
    element = etree.SubElement(parent, "Workplace")
    old = _line(row.old_number) or NO_NUMBER
    _texts(
        element,
        ReportId=str(place.report.number),
        Title=_line(place.position) or NOT_GIVEN,
        OldNumber=old,
        # the format wants a number in a liquidation too: the former one
        NewNumber=old if row.liquidated else row.new_number,
        IsLiquidated="1" if row.liquidated else "0",
    )
    if place.subunit:
        _texts(element, UnitTitle=_line(place.subunit))
    if place.profession:
        _texts(element, ProfessionCode=place.profession)


def _commission(root: etree._Element, members: Sequence[CommissionMember]) -> None:
    commission = etree.SubElement(root, "Comission")  # the format's own spelling
    for member in members:
        if member.chairman:
            _person(etree.SubElement(commission, "Chairman"), member)
    others = etree.SubElement(commission, "Members")
    for member in members:
        if not member.chairman:
            _person(etree.SubElement(others, "Member"), member)


def _person(element: etree._Element, member: CommissionMember) -> None:
    _texts(
        element,
        LastName=_line(member.last_name),
        FirstName=_line(member.first_name),
        MiddleName=_line(member.middle_name),
        Position=_line(member.position),
    )


def _texts(parent: etree._Element, **values: str) -> None:
    for name, value in values.items():
        etree.SubElement(parent, name).text = value


def _line(text: str) -> str:
    """The schema's FilledString has no line breaks."""
    return " ".join(text.split())
