import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest

from core.calendar import add_workdays
from simulators.sout_reports import registers_of, sample_spec
from simulators.sout_reports.draft import Draft
from sout_reports.document.reader import read_report
from tests.violations.rules.reports import check, check_as_file, codes, generated, registers, small_draft
from violations.rules.checker import Checker, Verdict
from violations.rules.context_file import ContextFileRegisters
from violations.rules.sout import book

SPEC = sample_spec("office", workplaces=2, seed=7, similar=False, previous=False)
ACCEPTED = {"accepted_reports": [{"sout_id": SPEC.sout_id, "number": "17", "sha256": "a" * 64}]}


@pytest.fixture
def asked():
    return registers(SPEC)


def test_a_report_in_order_conforms(asked):
    outcome = check(generated(SPEC), asked)
    assert outcome.verdict is Verdict.CONFORMS
    assert outcome.edition == book.edition()


def test_a_warning_alone_leaves_it_conforming(asked):
    draft = small_draft()
    draft.drop("Enterprise/KPP")
    outcome = check(draft.to_bytes(), asked)
    assert codes(outcome) == ["SOUT-EMP-004"]
    assert outcome.verdict is Verdict.CONFORMS


def test_one_violation_is_enough(asked):
    draft = small_draft()
    draft.drop("Enterprise/KPP")
    draft.drop("Committee/Member")
    outcome = check(draft.to_bytes(), asked)
    assert codes(outcome) == ["SOUT-EMP-004", "SOUT-COM-001"]
    assert outcome.verdict is Verdict.VIOLATIONS


def test_only_the_rules_asked_for(asked):
    draft = small_draft()
    draft.drop("Enterprise/KPP")
    draft.drop("Committee/Member")
    assert codes(check(draft.to_bytes(), asked, only={"SOUT-EMP-004"})) == ["SOUT-EMP-004"]


def test_an_unknown_rule_is_refused(asked):
    with pytest.raises(ValueError, match="SOUT-XYZ-001"):
        Checker(asked, only={"SOUT-XYZ-001"})


def test_the_header_comes_first(asked):
    with pytest.raises(ValueError, match="header"):
        Checker(asked).finish()


def test_nothing_else_is_fed(asked):
    with pytest.raises(TypeError, match="str"):
        Checker(asked).feed("a report")


def test_findings_stand_in_the_order_of_the_catalogue(asked):
    draft = small_draft()
    draft.drop("SoutId")
    draft.drop("Committee/Member")
    draft.text("WorkPlacesAttested", 1)
    draft.text("AttestationOrganization/RegistrationNumber", "777777")
    found = codes(check(draft.to_bytes(), asked))
    assert found == ["SOUT-ORG-001", "SOUT-ID-001", "SOUT-COM-001", "SOUT-WP-003"]


def test_a_block_silences_the_rest():
    draft = small_draft()
    draft.drop("Committee/Member")
    outcome = check(draft.to_bytes(), registers(SPEC, **ACCEPTED), sha256="b" * 64)
    assert [finding.code for finding in outcome.blocked] == ["SOUT-FMT-003"]
    assert outcome.findings == []
    assert outcome.verdict is Verdict.REFUSED


def test_the_very_same_document_is_no_second_report():
    outcome = check(generated(SPEC), registers(SPEC, **ACCEPTED), sha256="a" * 64)
    assert outcome.blocked == []


@pytest.mark.parametrize("kind", ["Correction", "RepeatedMissing"])
def test_other_kinds_of_submission_may_come_again(kind):
    spec = sample_spec("office", workplaces=2, seed=7, submission_kind=kind)
    assert check(generated(spec), registers(spec, **ACCEPTED), sha256="b" * 64).blocked == []


def test_a_file_without_extension_is_a_primary_submission():
    draft = small_draft()
    draft.drop("Extension")
    outcome = check(draft.to_bytes(), registers(SPEC, **ACCEPTED), sha256="b" * 64)
    assert [finding.code for finding in outcome.blocked] == ["SOUT-FMT-003"]


def test_registers_and_digest_may_be_told_at_the_end():
    """What a document replaces, and its digest, are known when it has been read."""
    checker = Checker(registers(SPEC, **ACCEPTED))
    checker.registers = registers(SPEC)
    checker.sha256 = "b" * 64
    for thing, _ in read_report(BytesIO(generated(SPEC)), with_fragments=False):
        checker.feed(thing)
    assert checker.finish().verdict is Verdict.CONFORMS


def test_the_day_of_receipt_counts_at_intake(asked):
    last_day = add_workdays(SPEC.timeline.approved, 10)
    content = generated(SPEC)
    assert codes(check(content, asked, received_on=last_day)) == []
    late = check(content, asked, received_on=last_day + timedelta(days=1))
    assert codes(late) == ["SOUT-TRM-001"]
    assert late.findings[0].path == "/Attestation/Date"


def test_without_a_day_of_sending_the_term_is_not_judged(asked):
    draft = small_draft()
    draft.drop("FileInfo/DateSent")
    assert codes(check(draft.to_bytes(), asked)) == []


def test_a_repeated_number_silences_what_is_said_of_its_classes(asked):
    draft = small_draft()
    first, card = draft.places()
    draft.set_final_class(card, "4")
    assert "SOUT-CLS-001" in codes(check(draft.to_bytes(), asked))
    draft.renumber(card, first.findtext("Id"))
    assert codes(check(draft.to_bytes(), asked)) == ["SOUT-UNIQ-002"]


def test_a_missing_class_silences_the_final_one(asked):
    draft = small_draft()
    card = draft.card("LabourSeverity")
    draft.set_class(card, "LabourSeverity", "-")
    draft.set_final_class(card, "4")
    assert codes(check(draft.to_bytes(), asked)) == ["SOUT-CLS-005"]
    assert codes(check(draft.to_bytes(), asked, only={"SOUT-CLS-001"})) == []


def test_an_unknown_organization_silences_the_comparison_of_its_number(asked):
    draft = small_draft()
    draft.text("AttestationOrganization/RegistrationNumber", "777777")
    assert codes(check(draft.to_bytes(), asked)) == ["SOUT-ORG-001"]


def test_one_finding_for_an_instrument_on_a_workplace(asked):
    """Not one for each of its measurements, in the card and in the protocol."""
    draft = Draft(sample_spec("plant", workplaces=6, seed=3, previous=False))
    for tool in draft.root.iterfind("AttestationOrganization/Laboratory/MeasuringTool"):
        tool.find("CalibrationExpiryDate").text = "2020-01-01"
    found = check(draft.to_bytes(), registers(draft.spec)).findings
    keys = [finding.key for finding in found]
    assert {finding.code for finding in found} == {"SOUT-PRT-004"}
    assert len(keys) == len(set(keys))
    applied = {
        (card.findtext("Id"), tool.get("Id"))
        for card in draft.places("WorkPlaceAttested")
        for tool in card.iter("MeasuringTool")
    }
    assert len(keys) == len(applied)


def test_no_finding_holds_a_whole_snils(asked):
    draft = small_draft()
    snils = [element for place in draft.places() for element in place.findall("Snils")]
    for element in snils:
        element.text = element.text[:-2] + ("00" if element.text[-2:] != "00" else "01")
    found = check(draft.to_bytes(), asked).findings
    assert len(found) == len(snils)
    for finding in found:
        assert finding.found.startswith("***-***-**")
        assert not any(element.text in f"{finding.message}{finding.found}{finding.part}" for element in snils)


def test_organization_suspended_in_between_is_told_once():
    spec = SPEC
    started = spec.timeline.started
    content = registers(spec)
    history = [
        {"status": "active", "since": "2016-04-11", "till": str(started + timedelta(days=5))},
        {"status": "suspended", "since": str(started + timedelta(days=6)), "till": str(spec.timeline.cards)},
        {"status": "active", "since": str(spec.timeline.cards + timedelta(days=1)), "till": None},
    ]
    assert codes(check(generated(spec), content)) == []
    records = registers_of([spec])
    records["organizations"][0]["status_history"] = history
    found = check(generated(spec), ContextFileRegisters(records)).findings
    assert [finding.code for finding in found] == ["SOUT-ORG-002"]
    assert found[0].workplace == "2"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("suspended", "Деятельность организации приостановлена"),
        ("excluded", "Организация исключена из реестра"),
        ("odd", "Запись организации в реестре не действует"),
        (None, "Организация не состояла в реестре"),
    ],
)
def test_statuses_of_an_organization_in_words(status, said):
    records = registers_of([SPEC])
    history = [{"status": status, "since": "2015-01-01", "till": None}] if status else []
    records["organizations"][0]["status_history"] = history
    (finding,) = check(generated(SPEC), ContextFileRegisters(records)).findings
    assert finding.message.startswith(f"{said} на ")
    assert finding.found.isascii() is False
    assert status is None or status not in finding.found


@pytest.mark.parametrize("status", ["suspended", "annulled", "cancelled", "odd"])
def test_statuses_of_a_sout_id_in_words(status):
    records = registers_of([SPEC])
    records["sout_ids"][0]["status"] = status
    (finding,) = check(generated(SPEC), ContextFileRegisters(records)).findings
    assert finding.code == "SOUT-ID-002"
    assert finding.found in {"действие номера приостановлено", "номер аннулирован", "номер не действует"}


@pytest.mark.parametrize(
    ("stated", "words"), [("1", "1 рабочем месте"), ("21", "21 рабочем месте"), ("5", "5 рабочих местах")]
)
def test_words_agree_with_the_number_of_workplaces(asked, stated, words):
    draft = small_draft()
    draft.text("WorkPlacesAttested", stated)
    draft.text("WorkPlacesQuantity", "30")
    messages = [finding.message for finding in check(draft.to_bytes(), asked, only={"SOUT-WP-003"}).findings]
    assert messages == [f"Указано, что СОУТ проведена на {words}, а сведения даны о 2."]


def test_archives_and_bare_files_are_checked_alike(asked):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.xml", generated(SPEC))
    assert check_as_file(packed.getvalue(), asked).verdict is Verdict.CONFORMS


def test_what_is_no_report_is_refused(asked):
    refused = check_as_file(b"%PDF-1.7", asked)
    assert refused.verdict is Verdict.REFUSED
    assert codes(refused) == ["SOUT-FMT-001"]


def test_today_is_no_part_of_a_verdict(asked):
    """A report is judged by its own dates: an old one conforms as it did then."""
    spec = sample_spec("office", workplaces=2, seed=7, day=date(2023, 6, 15))
    assert check(generated(spec), registers(spec)).verdict is Verdict.CONFORMS
