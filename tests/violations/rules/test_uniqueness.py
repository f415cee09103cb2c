"""Numbers of workplaces over stored rows: what runs again after a commission protocol."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.workplace_keys import normalize_number, normalize_text, number_sort_key
from sout_reports.document.model import SimilarGroup, WorkplaceKind
from tests.violations.rules.reports import check, place, registers, small_draft
from violations.rules.checker import recheck
from violations.rules.registers import BATCH, KnownWorkplace

INN = "0099000017"


class InForce:
    """Registers that know workplaces only, and count the questions."""

    def __init__(self, *known):
        self.known = known
        self.batches = []

    def workplaces_by_number(self, inn, numbers):
        return self._by(inn, numbers, lambda known: normalize_number(known.number))

    def workplaces_by_place(self, inn, places):
        return self._by(inn, places, lambda k: (normalize_text(k.position), normalize_text(k.subunit)))

    def _by(self, inn, keys, key_of):
        assert inn == INN
        self.batches.append(len(keys))
        found = {}
        for known in self.known:
            if key_of(known) in keys:
                found.setdefault(key_of(known), []).append(known)
        return found


def known(number, position="Токарь", subunit="Цех № 1", **fields):
    chosen = {"report": "41", "report_uid": None, "approved": date(2024, 4, 11)} | fields
    return KnownWorkplace(number=number, position=position, subunit=subunit, **chosen)


def found(places, *in_force, groups=(), codes=None, own=None):
    asked = InForce(*in_force)
    options = {} if codes is None else {"codes": codes}
    findings = recheck(list(places), list(groups), asked, employer_inn=INN, own_report_uid=own, **options)
    return [(finding.code, finding.workplace_ordinal) for finding in findings]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("365", "365"),
        (" 3 65 ", "365"),
        ("00365", "365"),
        ("365a", "365А"),
        ("365A", "365А"),
        ("365а", "365А"),
        ("0365 А", "365А"),
        ("", ""),
        ("000", ""),
    ],
)
def test_normal_form_of_a_number(written, normal):
    assert normalize_number(written) == normal


def test_the_letter_makes_another_number():
    assert normalize_number("365") != normalize_number("365А")


@pytest.mark.parametrize(
    "text", ["Слесарь-ремонтник", "слесарь  ремонтник", "СЛЕСАРЬ — РЕМОНТНИК.", "слесарь_ремонтник"]
)
def test_normal_form_of_a_name(text):
    assert normalize_text(text) == "слесарь ремонтник"


def test_yo_is_ye():
    assert normalize_text("Вахтёр") == normalize_text("ВАХТЕР")


@given(st.text())
def test_normal_forms_are_stable(text):
    assert normalize_number(normalize_number(text)) == normalize_number(text)
    assert normalize_text(normalize_text(text)) == normalize_text(text)


def test_numbers_sort_as_a_reader_expects():
    numbers = ["11", "2", "10А", "10", "1А", "abc", "", "99999999"]
    assert sorted(numbers, key=number_sort_key) == ["1А", "2", "10", "10А", "11", "99999999", "", "abc"]


@given(st.text())
def test_a_sort_key_fits_a_column(text):
    assert len(number_sort_key(text)) <= 64


def test_a_free_number_is_free():
    assert found([place(1, "5")], known("6")) == []


def test_the_next_assessment_of_the_same_place():
    assert found([place(1, "5")], known("05", "ТОКАРЬ", "цех №1")) == []


@pytest.mark.parametrize("other", [known("5", "Повар"), known("5", subunit="Цех № 2"), known(" 05 ", "Повар")])
def test_a_number_of_another_place(other):
    assert found([place(1, "5")], other) == [("SOUT-UNIQ-001", 1)]


def test_one_of_several_known_places_is_enough():
    assert found([place(1, "5")], known("5"), known("5", "Повар")) == [("SOUT-UNIQ-001", 1)]


def test_a_report_is_not_compared_with_itself():
    assert found([place(1, "5")], known("5", "Повар", report_uid="me"), own="me") == []


def test_a_correction_is_not_compared_with_what_it_corrects():
    draft = small_draft(submission_kind="Correction", replaces_report="41")
    taken = {"employer_inn": draft.spec.employer.inn, "position": "Повар", "subunit": "Столовая", "number": "2"}
    assert check(draft.to_bytes(), registers(draft.spec, known_workplaces=[{**taken, "report": "41"}])).findings == []
    other = check(draft.to_bytes(), registers(draft.spec, known_workplaces=[{**taken, "report": "40"}]))
    assert [finding.code for finding in other.findings] == ["SOUT-UNIQ-001"]


def test_registers_are_asked_in_batches():
    asked = InForce()
    places = [place(n, str(n), position=f"Токарь {n}", snils=("11223344595",)) for n in range(1, BATCH * 2 + 2)]
    recheck(places, [], asked, employer_inn=INN)
    assert max(asked.batches) <= BATCH
    assert sum(asked.batches) == 2 * len(places)


def test_second_and_later_bearers_of_a_number_are_told():
    assert found([place(1, "5"), place(2, "5"), place(3, "6"), place(4, "5")]) == [
        ("SOUT-UNIQ-002", 2),
        ("SOUT-UNIQ-002", 4),
    ]


def test_kinds_share_one_numbering():
    declared = place(1, "5", kind=WorkplaceKind.DECLARED)
    assert found([declared, place(2, "5", kind=WorkplaceKind.SIMILAR)]) == [("SOUT-UNIQ-002", 2)]


@pytest.mark.parametrize("number", ["1", "99999999", "1А", "365А"])
def test_well_formed_numbers(number):
    assert found([place(1, number)]) == []


@pytest.mark.parametrize("number", ["", "0", "05", "100000000", "365A", "365а", "365АА", " 5", "5 ", "А", "5\n", "٥"])
def test_malformed_numbers(number):
    assert found([place(1, number)]) == [("SOUT-UNIQ-004", 1)]


def test_another_previous_number():
    assert found([place(1, "5", previous_number="7")]) == [("SOUT-UNIQ-003", 1)]
    assert found([place(1, "5", previous_number="05")]) == []


WORKERS = ("11223344595", "08765430300", "15000000756", "00101999700")


@pytest.mark.parametrize(
    ("here", "there", "told"),
    [
        (WORKERS[:1], WORKERS[:1], True),
        (WORKERS[:2], WORKERS[1:3], True),  # one of two
        (WORKERS[:3], WORKERS[2:4], False),  # one of three
        (WORKERS[:1], WORKERS[:3], False),  # a place of three was split
        (WORKERS[:2], WORKERS[:4], True),
        (WORKERS[:2], WORKERS[2:], False),
        ((), WORKERS, False),
    ],
)
def test_the_same_workers_under_another_number(here, there, told):
    expected = [("SOUT-UNIQ-003", 1)] if told else []
    assert found([place(1, "5", snils=here)], known("7", snils=there)) == expected


def test_workers_of_another_position_say_nothing():
    assert found([place(1, "5", snils=WORKERS)], known("7", "Повар", snils=WORKERS)) == []


def test_two_alike_places_whose_workers_changed_seats_keep_their_numbers():
    places = [place(1, "5", snils=WORKERS[:1]), place(2, "6", snils=WORKERS[1:2])]
    assert found(places, known("5", snils=WORKERS[1:2]), known("6", snils=WORKERS[:1])) == []


def test_a_protocol_may_change_a_number_that_was_kept():
    """SOUT-UNIQ-001 is cleared by another number, and that number is no new violation."""
    assert found([place(1, "17", file_number="5", previous_number="5")], known("5", "Повар")) == []


def test_a_protocol_must_bring_back_a_number_that_was_not_kept():
    assert found([place(1, "7", file_number="5", previous_number="7")]) == []
    assert found([place(1, "8", file_number="5", previous_number="7")]) == [("SOUT-UNIQ-003", 1)]


def group(ordinal, *numbers):
    return SimilarGroup(ordinal, numbers, f"/Attestation/Enterprise/SimilarWorkPlacesGroup[{ordinal}]")


def test_one_card_of_a_group():
    places = [place(1, "5А", card_number="5А"), place(2, "6А", card_number="5А")]
    assert found(places, groups=[group(1, "5А", "6А")]) == []
    assert found(places) == [("SOUT-UNIQ-005", 2)]


def test_one_card_in_two_groups():
    places = [place(n, f"{n}А", card_number="1") for n in (1, 2, 3, 4)]
    assert found(places, groups=[group(1, "1А", "2А"), group(2, "3А", "4А")]) == [
        ("SOUT-UNIQ-005", 3),
        ("SOUT-UNIQ-005", 4),
    ]


def test_no_card_number_is_no_number():
    assert found([place(1, "5", card_number=""), place(2, "6", card_number=" "), place(3, "7")]) == []


def test_only_what_stored_rows_serve():
    with pytest.raises(ValueError, match="SOUT-CLS-001"):
        found([place(1, "5")], codes=["SOUT-CLS-001"])
    assert found([place(1, "5"), place(2, "5")], codes=["SOUT-UNIQ-004"]) == []
