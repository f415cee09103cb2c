"""What the generator writes is a valid report, the same each time, and in order in its own registers."""

from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from core.identifiers import inn_problem, ogrn_problem, snils_problem
from simulators.sout_reports import build_report, registers_of, sample_spec, write_report
from simulators.sout_reports.__main__ import main
from simulators.sout_reports.markup import TextMarkup, TreeMarkup
from simulators.sout_reports.museum import pieces
from simulators.sout_reports.mutations import MUTATIONS
from simulators.sout_reports.parties import EMPLOYERS, default_organization
from sout_reports.document.model import Header, Tail, Workplace, WorkplaceDetails, WorkplaceKind
from sout_reports.document.reader import read_report
from tests.violations.rules.reports import CORPORA
from violations.rules import context_file
from violations.rules.files import check_file
from violations.rules.sout import book

KINDS = ("office", "plant", "clinic")


def written(spec):
    stream = BytesIO()
    write_report(stream, spec)
    return stream.getvalue()


def things(spec, kind):
    return [thing for thing, _ in read_report(BytesIO(written(spec)), with_fragments=False) if isinstance(thing, kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_spec_gives_the_same_bytes(kind):
    spec = sample_spec(kind, workplaces=30, seed=5)
    assert written(spec) == written(spec)
    assert written(spec) != written(replace(spec, seed=6))


@pytest.mark.parametrize("kind", KINDS)
def test_the_tree_is_what_the_text_says(kind):
    spec = sample_spec(kind, workplaces=12, seed=5)
    root = build_report(spec)
    elements = iter(root.iter())
    text = written(spec).decode()
    opened = [line for line in text.splitlines()[1:] if not line.startswith("</")]
    for line in opened:
        element = next(elements)
        assert line.startswith(f"<{element.tag}")
        for name, value in element.attrib.items():
            assert f'{name}="{value}"' in line
        if element.text:
            assert f">{element.text}</" in line
    assert next(elements, None) is None


@pytest.mark.parametrize("kind", KINDS)
def test_counts_and_numbers(kind):
    spec = sample_spec(kind, workplaces=200, seed=9, first_number=401)
    places = things(spec, Workplace)
    numbers = sorted(int(place.number.rstrip("А")) for place in places)
    assert numbers == list(range(401, 601))
    (header,) = things(spec, Header)
    assert header.workplaces_assessed == 200
    assert {place.kind for place in places} >= {WorkplaceKind.DECLARED, WorkplaceKind.ATTESTED, WorkplaceKind.SIMILAR}


@pytest.mark.parametrize("kind", KINDS)
def test_people_do_not_repeat_and_belong_to_nobody(kind):
    people = Counter(snils for place in things(sample_spec(kind, workplaces=300), Workplace) for snils in place.snils)
    assert max(people.values()) == 1
    assert all(snils_problem(snils) == "" and snils.startswith("9") for snils in people)


def test_parties_have_right_check_digits():
    for party in (*EMPLOYERS.values(), default_organization()):
        assert inn_problem(party.inn) == ""
        assert ogrn_problem(party.ogrn) == ""


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 1, 1), date(2026, 11, 21), date(2027, 5, 10)])
def test_dates_follow_the_day(day):
    spec = sample_spec("plant", workplaces=6, seed=2, day=day)
    (header,) = things(spec, Header)
    (tail,) = things(spec, Tail)
    assert header.sent == day
    assert tail.info.order_date < tail.info.work_started
    assert tail.info.contract_date <= spec.timeline.number_issued < tail.info.work_started < header.approved < day


def test_half_of_the_places_were_assessed_before():
    details = things(sample_spec("office", workplaces=200), WorkplaceDetails)
    assert 60 < sum(each.previous_number is not None for each in details) < 140
    fresh = things(sample_spec("office", workplaces=200, previous=False), WorkplaceDetails)
    assert not any(each.previous_number for each in fresh)


def test_kind_of_submission_is_written():
    (tail,) = things(sample_spec("office", submission_kind="Correction", replaces_report="17"), Tail)
    assert (tail.info.submission_kind, tail.info.replaces_report) == ("Correction", "17")


def test_a_report_holds_something():
    with pytest.raises(ValueError, match="at least one"):
        sample_spec("office", workplaces=0)


def test_a_report_without_measured_places_is_valid():
    spec = sample_spec("office", workplaces=1, seed=3)
    assert {place.kind for place in things(spec, Workplace)} == {WorkplaceKind.DECLARED}


def test_text_is_escaped():
    stream, tree = BytesIO(), TreeMarkup()
    text = TextMarkup(stream)
    for markup in (text, tree):
        markup.open("A", Name='«<&">')
        markup.leaf("B", "1 < 2 & 3")
        markup.close("A")
    text.flush()
    assert stream.getvalue().decode() == "<A Name='«&lt;&amp;\"&gt;'>\n<B>1 &lt; 2 &amp; 3</B>\n</A>\n"
    assert tree.root().findtext("B") == "1 < 2 & 3"


def test_from_the_command_line(tmp_path):
    report, registers = tmp_path / "report.xml", tmp_path / "registers.json"
    arguments = ["--kind", "clinic", "--workplaces", "9", "--seed", "4", "--first-number", "70", "--sout-id", "900777"]
    assert main([*arguments, "--out", str(report), "--registers", str(registers)]) == 0
    with report.open("rb") as file:
        assert check_file(file, report.name, context_file.load(registers)).findings == []


def test_registers_hold_each_party_once():
    spec = sample_spec("office")
    content = registers_of([spec, replace(spec, seed=2), replace(spec, sout_id="900002")])
    assert (len(content["organizations"]), len(content["experts"]), len(content["sout_ids"])) == (1, 2, 2)


def test_mutations_are_named_by_rules():
    assert set(MUTATIONS) <= {rule.code for rule in book}


def test_the_museum_is_as_it_is_made():
    """The pieces on disk are those of the generator; a real file brought by a user may stand beside them."""
    for hall, piece in pieces():
        draft = piece.apply(piece.spec())
        draft.slim()
        path = CORPORA / hall / piece.code / f"{piece.reason}.xml"
        assert path.read_bytes() == draft.to_bytes(), f"python -m simulators.sout_reports.museum {CORPORA}"
