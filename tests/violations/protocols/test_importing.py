"""A draft from a file; what is told, and what is refused wholly."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from accounts.acting import Acting
from accounts.models import Organization
from core.journal.models import Event
from sout_reports.models import SoutReport, Workplace
from sout_reports.states import State
from tests import factories
from tests.violations import control
from violations.protocols.actions import ImportRefused, import_protocol
from violations.protocols.models import CommissionProtocol
from violations.protocols.states import ProtocolState

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parent / "files"
EXPECTED = {
    "protocol_valid_single.xml": set(),
    "protocol_liquidation.xml": set(),
    "protocol_duplicate_new_number.xml": {"PKR-DUP"},
}
# What the reports of these files hold, as far as the protocols speak of it: (number, position, sub-unit).
PLACES = {
    "710377": [("9001", "Кладовщик", "Склад")],
    "710455": [
        ("7", "Специалист по кадрам", "Отдел кадров"),
        ("8", "Специалист по кадрам", "Отдел кадров"),
        ("9", "Медицинский регистратор", "Регистратура"),
    ],
    "710204": [
        ("1", "Юрисконсульт", "Юридический отдел"),
        ("2", "Программист", "Отдел разработки"),
        ("3", "Бухгалтер", "Бухгалтерия"),
    ],
}
EMPLOYERS = {
    "710377": ("6603007127", "1026600621475"),
    "710455": ("5260029138", "1025203018840"),
    "710204": ("7726014581", "1097746532014"),
}


def reported(sout_id: str) -> tuple[Acting, SoutReport]:
    """The employer of a sample with its accepted report."""
    inn, ogrn = EMPLOYERS[sout_id]
    employer = factories.organization(inn=inn, ogrn=ogrn)
    report = control.employer_report(employer, sout_id=sout_id, approved_on=date(2026, 9, 10))
    for number, position, subunit in PLACES[sout_id]:
        factories.workplace(report, number=number, position=position, subunit=subunit)
    control.feed(report)
    return factories.acting(employer), report


@pytest.mark.parametrize("name", EXPECTED)
def test_samples(name: str) -> None:
    content = (FILES / name).read_bytes()
    sout_id = next(each for each in PLACES if f"<ReportId>{each}</ReportId>".encode() in content)
    head, _report = reported(sout_id)
    protocol = import_protocol(BytesIO(content), name=name, acting=head)
    assert {note["code"] for note in protocol.import_notes["notes"]} == EXPECTED[name]
    assert protocol.rows.count() == content.count(b"<Workplace>")
    assert protocol.members.count() == 5
    assert (protocol.state, protocol.imported) == (ProtocolState.DRAFT, True)


def test_problems_name_the_row_and_the_line() -> None:
    head, _report = reported("710204")
    content = (FILES / "protocol_duplicate_new_number.xml").read_bytes()
    protocol = import_protocol(BytesIO(content), name="p.xml", acting=head)
    notes = protocol.import_notes["notes"]
    assert [note["row"] for note in notes] == [1, 2]
    lines = content.decode().splitlines()
    assert all("<Workplace>" in lines[note["line"] - 1] for note in notes)


# --- files made here

EMPLOYER = "<Inn>{inn}</Inn><Ogrn>{ogrn}</Ogrn><Title>Работодатель</Title><Address>Адрес</Address>"
MEMBERS = "<Chairman><LastName>Пробнова</LastName><FirstName>Ольга</FirstName><Position>Директор</Position></Chairman><Members/>"


def place(report: object, old: str, new: str, *, gone: str = "0", title: str = "Кассир", unit: str = "Зал") -> str:
    return (
        f"<Workplace><NewNumber>{new}</NewNumber><OldNumber>{old}</OldNumber><IsLiquidated>{gone}</IsLiquidated>"
        f"<UnitTitle>{unit}</UnitTitle><Title>{title}</Title><ReportId>{report}</ReportId></Workplace>"
    )


def file_of(employer: Organization, *places: str, members: str = MEMBERS, number: str = "7", day: str = "") -> BytesIO:
    """Fields in an order of our own: the format allows any."""
    stated = EMPLOYER.format(inn=employer.inn, ogrn=employer.ogrn)
    day = day or date.today().isoformat()
    text = (
        f"<Protocol><Comission>{members}</Comission><Workplaces>{''.join(places)}</Workplaces>"
        f"<Organization>{stated}</Organization><ProtocolDate>{day}</ProtocolDate><ProtocolNumber>{number}</ProtocolNumber>"
        "<FileInfo><DataSource>проба</DataSource><SchemeVersion>1</SchemeVersion></FileInfo></Protocol>"
    )
    return BytesIO(text.encode())


@pytest.fixture
def report(employer: Organization) -> SoutReport:
    report = control.employer_report(employer)
    for number in ("1", "2", "2", "3"):
        factories.workplace(report, number=number, position="Кассир", subunit="Зал")
    Workplace.objects.filter(report=report, ordinal=3).update(position="Сторож", subunit="")
    control.feed(report)
    return report


def noted(stream: BytesIO, head: Acting) -> set[str]:
    notes = import_protocol(stream, name="протокол.xml", acting=head).import_notes["notes"]
    assert all(note["message"] for note in notes)
    return {note["code"] for note in notes}


def refused(stream: BytesIO, head: Acting) -> set[str]:
    with pytest.raises(ImportRefused) as refusal:
        import_protocol(stream, name="протокол.xml", acting=head)
    assert all(problem.message.endswith(".") for problem in refusal.value.problems)
    assert not CommissionProtocol.objects.exists()
    return {str(problem.code) for problem in refusal.value.problems}


@pytest.mark.parametrize("spelling", ["1", "True", "true", "TRUE"])
def test_every_spelling_of_liquidation(spelling: str, report: SoutReport, head: Acting) -> None:
    protocol = import_protocol(
        file_of(head.organization, place(report.number, "1", "1", gone=spelling)), name="p.xml", acting=head
    )
    assert protocol.rows.get().liquidated


def test_the_report_is_found_by_both_numbers(report: SoutReport, head: Acting) -> None:
    stream = file_of(head.organization, place(report.number, "1", "11"), place(report.sout_id, "3", "13"))
    protocol = import_protocol(stream, name="p.xml", acting=head)
    assert {row.workplace.report for row in protocol.rows.all()} == {report}
    assert (protocol.number, protocol.date) == ("7", date.today())
    event = Event.objects.about(protocol).get(verb="protocol.imported")
    assert event.payload["workplaces"] == 2


def test_a_repeated_number_is_told_apart_by_the_name(report: SoutReport, head: Acting) -> None:
    stream = file_of(head.organization, place(report.number, "2", "12", title="Сторож", unit=""))
    protocol = import_protocol(stream, name="p.xml", acting=head)
    assert protocol.rows.get().workplace.position == "Сторож"


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([("1", "11"), ("3", "11")], {"PKR-DUP"}),
        ([("1", "3")], {"PKR-USED"}),
        ([("1", "40")], {"PKR-TAKEN"}),
        ([("1", "0Б")], {"PKR-FORMAT"}),
        ([("1", "1")], {"PKR-SAME"}),
    ],
)
def test_decisions_to_be_mended_become_a_draft(
    places: list[tuple[str, str]], expected: set[str], report: SoutReport, head: Acting
) -> None:
    other = control.employer_report(head.organization)
    factories.workplace(other, number=40, position="Повар", subunit="Кухня")
    control.feed(other)
    assert noted(file_of(head.organization, *(place(report.number, *each) for each in places)), head) == expected


def test_a_wrong_commission_and_a_wrong_name_are_noted(report: SoutReport, head: Acting) -> None:
    stream = file_of(head.organization, place(report.number, "1", "11", title="Повар"), members="<Members/>")
    assert noted(stream, head) == {"PKR-COMMITTEE", "PKR-TITLE"}


def test_a_date_to_come_is_noted(report: SoutReport, head: Acting) -> None:
    assert noted(file_of(head.organization, place(report.number, "1", "11"), day="2099-01-01"), head) == {"PKR-DATE"}


def test_rows_that_mean_no_workplace_refuse_the_file(report: SoutReport, head: Acting) -> None:
    stream = file_of(
        head.organization,
        place(report.number, "1", "11"),
        place(report.number, "99", "12"),
        place("5", "1", "13"),
        place("9" * 40, "1", "13"),
        place(report.number, "2", "14", title="Повар"),
        place(report.number, "1", "15"),
    )
    with pytest.raises(ImportRefused) as refusal:
        import_protocol(stream, name="p.xml", acting=head)
    told = {(problem.row, str(problem.code)) for problem in refusal.value.problems}
    assert told == {(2, "PKR-OLD"), (3, "PKR-REPORT"), (4, "PKR-REPORT"), (5, "PKR-OLD"), (6, "PKR-ROW")}
    assert not CommissionProtocol.objects.exists()


def test_a_number_that_a_protocol_changed_is_explained(report: SoutReport, head: Acting) -> None:
    Workplace.objects.filter(report=report, number="1").update(current_number="21", number_order="x")
    with pytest.raises(ImportRefused) as refusal:
        import_protocol(file_of(head.organization, place(report.number, "1", "11")), name="p.xml", acting=head)
    assert "изменил его на 21" in refusal.value.problems[0].message


def test_a_file_of_another_employer(report: SoutReport, head: Acting) -> None:
    foreign = factories.organization()
    assert refused(file_of(foreign, place(report.number, "1", "11")), head) == {"PKR-ORG"}


def test_a_report_of_another_employer_is_unknown(head: Acting) -> None:
    foreign, _flags = control.not_unique(factories.organization())
    assert refused(file_of(head.organization, place(foreign.number, "1", "11")), head) == {"PKR-REPORT"}


def test_a_replaced_report_is_unknown(report: SoutReport, head: Acting) -> None:
    SoutReport.objects.filter(pk=report.pk).update(state=State.SUPERSEDED, superseded_at="2026-11-01T00:00Z")
    assert refused(file_of(head.organization, place(report.number, "1", "11")), head) == {"PKR-REPORT"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", {"PKR-XML"}),
        (b"%PDF-1.4", {"PKR-XML"}),
        (b"<Protocol><FileInfo>", {"PKR-XML"}),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Protocol>&a;</Protocol>', {"PKR-XML"}),
        (b"<Attestation/>", {"PKR-SCHEMA"}),
        (b"<Protocol/>", {"PKR-SCHEMA"}),
    ],
)
def test_what_is_no_protocol(content: bytes, expected: set[str], head: Acting) -> None:
    assert refused(BytesIO(content), head) == expected


def test_an_empty_list_decides_nothing(head: Acting) -> None:
    assert refused(file_of(head.organization), head) == {"PKR-EMPTY"}


@pytest.mark.parametrize("day", ["12024-01-01", "-0044-03-15"])
def test_a_day_outside_the_calendar_is_refused(day: str, report: SoutReport, head: Acting) -> None:
    stream = file_of(head.organization, place(report.number, "1", "11"), day=day)
    with pytest.raises(ImportRefused) as refusal:
        import_protocol(stream, name="p.xml", acting=head)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.found, problem.expected) == ("PKR-SCHEMA", day, "дата с годом от 0001 до 9999")
    assert problem.advice


@pytest.mark.parametrize("name", ["9" * 5000, "9" * 19, "9" * 20], ids=len)
def test_a_report_id_of_any_length_is_only_not_found(name: str, report: SoutReport, head: Acting) -> None:
    assert refused(file_of(head.organization, place(name, "1", "11")), head) == {"PKR-REPORT"}


def test_a_liquidated_place_is_not_meant(report: SoutReport, head: Acting) -> None:
    Workplace.objects.filter(report=report, ordinal=2).update(liquidated_on=date.today())
    stream = file_of(head.organization, place(report.number, "2", "12", title="Кладовщик"))
    protocol = import_protocol(stream, name="p.xml", acting=head)
    assert protocol.rows.get().workplace.position == "Сторож"


def test_words_agree_with_numbers_and_say_what_to_do(report: SoutReport, head: Acting) -> None:
    for _ in range(3):
        factories.workplace(report, number="2", position="Кассир", subunit="Зал")
    with pytest.raises(ImportRefused) as refusal:
        import_protocol(file_of(head.organization, place(report.number, "2", "12")), name="p.xml", acting=head)
    assert refusal.value.problems[0].found == "5 мест"
    with pytest.raises(ImportRefused) as refusal:
        import_protocol(file_of(head.organization, number="9" * 61), name="p.xml", acting=head)
    assert refusal.value.problems[-1].found == "61 знак"
    assert all(problem.advice for problem in refusal.value.problems)
