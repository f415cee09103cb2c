"""Reports for the tests of the reader: generated ones, and a small one written by hand with something unusual in it."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from simulators.sout_reports import sample_spec, write_report
from sout_reports.document.reader import read_report


@lru_cache(maxsize=8)
def generated(kind: str, workplaces: int = 25, seed: int = 5) -> bytes:
    """A clean report."""
    stream = io.BytesIO()
    write_report(stream, sample_spec(kind, workplaces=workplaces, seed=seed))
    return stream.getvalue()


def read(report: bytes) -> list[tuple[Any, bytes | None]]:
    """Everything that the reader yields."""
    return list(read_report(io.BytesIO(report), with_fragments=True))


PERSON = "<Name><LastName>{0}</LastName><FirstName>Имя</FirstName></Name><Position>Мастер</Position>"
ORGANIZATION = f"""<AttestationOrganization>
<Name>Центр</Name><RegistrationNumber>1</RegistrationNumber><RegistrationDate>2015-01-01</RegistrationDate>
<OGRN>1157746002314</OGRN><INN>7708451236</INN><Address>Город</Address><Phone>1</Phone><E-mail>a@b</E-mail><Director>Д</Director>
<Workers><Expert Id="E1">{PERSON.format("Эксперт")}</Expert><Worker Id="W1">{PERSON.format("Лаборант")}</Worker></Workers>
<Laboratory><Name>Лаб</Name><CertificateNumber>RA.RU.1</CertificateNumber><CertificateIssueDate>2016-01-01</CertificateIssueDate>
<MeasuringTool Id="T1"><SerialNumber>1</SerialNumber><CalibrationExpiryDate>2030-01-01</CalibrationExpiryDate><Name>Прибор</Name>
<FundNumber>12345-10</FundNumber></MeasuringTool></Laboratory></AttestationOrganization>"""
ENTERPRISE = """<Name ShortName="Кратко">Завод</Name><OGRN>1097746532014</OGRN><INN>7726014581</INN><OKPO>61835405</OKPO>
<OKOGU>4210014</OKOGU><OKVED><Kod>71.12</Kod><Kod>62.01</Kod></OKVED><OKATO>45296559000</OKATO>
<DeJureAddress>Адрес</DeJureAddress><PostAddress>Адрес</PostAddress><E-mail>one@b</E-mail><E-mail>two@b</E-mail>
<Director>Директор</Director><SubUnits><SubUnit Id="U1"><Name>Цех</Name></SubUnit></SubUnits>
<SubUnits><SubUnit Id="U2" ParentId="U1"><Name>Участок</Name></SubUnit></SubUnits>"""


def report(workplaces: str = "", *, extension: str = "", date: str = "2026-10-05", total: str = "4") -> bytes:
    """A small report with the given workplaces."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Attestation><FileInfo><SchemeVersion>1.0.24</SchemeVersion><DataSource>тест</DataSource></FileInfo><Date>{date}</Date>
<WorkPlacesQuantity>{total}</WorkPlacesQuantity><WorkPlacesAttested>3</WorkPlacesAttested><Region>77</Region>
<Committee><Chairman>{PERSON.format("Первый")}</Chairman><Member>{PERSON.format("Второй")}</Member></Committee>
{ORGANIZATION}
<Enterprise>{ENTERPRISE}
{workplaces}
</Enterprise>{extension}</Attestation>""".encode()


COUNTS = (
    "<WomansQuantity>1</WomansQuantity><TeenagersQuantity>0</TeenagersQuantity><InvalidsQuantity>0</InvalidsQuantity>"
)
GUARANTEES = "".join(
    f"<{name}><ActualAvailability>0</ActualAvailability><NeedToEstablish>1</NeedToEstablish></{name}>"
    for name in (
        "PayIncrease", "CompensatoryLeave", "HalfDay", "Milk", "DieteticTherapy", "EarlyRetirement", "MedicalInspection",
    )
)  # fmt: skip
DECLARED = (
    "<WorkPlaceDeclared><Id>{number}</Id><Position>Кассир</Position><Profession>12345</Profession>"
    "<WorkersQuantity>{workers}</WorkersQuantity><ExpertConclusion>№ 1</ExpertConclusion><Snils>отсутствует</Snils>"
    "</WorkPlaceDeclared>"
)


def declared(number: str = "1", workers: str = "2") -> str:
    """A workplace without identified factors."""
    return DECLARED.format(number=number, workers=workers)


def attested(factors: str, *, number: str = "7", subunit: str = '<SubUnit Id="U2"/>') -> str:
    """A measured workplace with the given factors."""
    return (
        f"<WorkPlaceAttested><SOUTCardNumber>к1</SOUTCardNumber><SheetDate>2026-09-01+03:00</SheetDate><Id>{number}</Id>"
        f"<WorkPlaceDeclared>1</WorkPlaceDeclared><Position> Слесарь </Position><Profession>12345</Profession>"
        f"<ETKS_EKS_Issue>ЕТКС</ETKS_EKS_Issue>{subunit}<WorkersQuantity>2</WorkersQuantity>{COUNTS}"
        f"<RawMaterials>Сталь</RawMaterials><Equipment>Станок</Equipment><WorkingConditions>3.1</WorkingConditions>"
        f"<Snils>112-233-445 95</Snils><Snils>отсутствует</Snils><Compensations>{GUARANTEES}</Compensations>"
        f'<Expert Id="E1"/><Factors>{factors}</Factors></WorkPlaceAttested>'
    )
