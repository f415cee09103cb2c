"""Whose certificate it is: each mismatch has its own code and sentence, СНИЛС masked."""

import dataclasses

import pytest

from signatures.authority import AuthorityCode, who_may_sign
from signatures.reports import SignerReport
from signatures.subjects import Subject, read_subject
from signatures.verdicts import TEXTS, Verdict
from simulators.demo_ca.certificates import make_name
from tests.signatures.conftest import HEAD, read, store_of

ORGANIZATION = {"organization_inn": "7704001236", "organization_ogrn": "1027700456783", "person_snils": "11223344595"}
TRADER = {"organization_inn": "540112233406", "organization_ogrn": "316547600123457", "person_snils": "11223344595"}
SUBJECT = Subject(snils="11223344595", inn="770455500191", innle="7704001236", ogrn="1027700456783", surname="Иванов")
TRADER_SUBJECT = Subject(snils="11223344595", inn="540112233406", ogrnip="316547600123457")


def decide(subject=SUBJECT, expected=ORGANIZATION, **changes):
    return who_may_sign(SignerReport(subject=dataclasses.replace(subject, **changes)), **expected)


def test_the_head_of_the_organization():
    assert decide().ok
    assert decide(TRADER_SUBJECT, TRADER).ok


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        (
            {"innle": None, "ogrn": None},
            "personal_certificate",
            "Это сертификат физического лица: в нём нет ИНН и ОГРН организации.",
        ),
        (
            {"innle": "5401234566"},
            "organization_inn_differs",
            "Сертификат выдан другой организации: в нём ИНН 5401234566, ожидается 7704001236.",
        ),
        ({"innle": None}, "organization_inn_missing", "В сертификате нет ИНН организации, ожидается 7704001236."),
        ({"ogrn": None}, "organization_ogrn_missing", "В сертификате нет ОГРН организации, ожидается 1027700456783."),
        (
            {"ogrn": "1025400000008"},
            "organization_ogrn_differs",
            "В сертификате другой ОГРН: 1025400000008, ожидается 1027700456783.",
        ),
        ({"snils": None}, "person_snils_missing", "В сертификате нет СНИЛС подписавшего, ожидается ***-***-**5 95."),
        (
            {"snils": "08765430300"},
            "person_snils_differs",
            "Сертификат принадлежит другому человеку: в нём СНИЛС ***-***-**3 00, ожидается ***-***-**5 95.",
        ),
    ],
)
def test_mismatches_of_an_organization(changes, code, sentence):
    decision = decide(**changes)
    assert decision.code == AuthorityCode(code)
    assert decision.explanation == sentence
    assert decision.advice.endswith(".")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"inn": None}, "trader_inn_missing"),
        ({"inn": "770455500191"}, "trader_inn_differs"),
        ({"ogrnip": None}, "trader_ogrnip_missing"),
        ({"ogrnip": "316547600123456"}, "trader_ogrnip_differs"),
        ({"snils": "08765430300"}, "person_snils_differs"),
    ],
)
def test_mismatches_of_a_sole_trader(changes, code):
    decision = decide(TRADER_SUBJECT, TRADER, **changes)
    assert decision.code == code
    assert decision.explanation.endswith(".")
    assert decision.advice.endswith(".")


def test_a_signature_that_is_not_valid_gives_no_authority():
    report = SignerReport(verdict=Verdict.REVOKED, subject=SUBJECT)
    decision = who_may_sign(report, **ORGANIZATION)
    assert decision.code == "signature_not_valid"
    assert decision.explanation == "Сертификат отозван."


def test_every_code_is_reached_above():
    import ast
    from pathlib import Path

    strings = {node.value for node in ast.walk(ast.parse(Path(__file__).read_text())) if isinstance(node, ast.Constant)}
    # those of a power of attorney are reached in test_powers.py
    of_certificates = {code.value for code in AuthorityCode if not code.startswith("power_")}
    assert of_certificates - {"ok"} <= strings


def test_every_verdict_has_its_words():
    assert set(TEXTS) == set(Verdict)
    for verdict in Verdict:
        assert verdict.explanation.endswith(".")
        assert bool(verdict.advice) == (verdict is not Verdict.OK)


def test_an_explanation_with_a_detail():
    report = SignerReport(verdict=Verdict.NO_TRUSTED_CHAIN, detail="издатель: УЦ")
    assert report.explanation.endswith("система не доверяет (издатель: УЦ).")
    assert report.advice


# ---- the subject name


class Named:
    def __init__(self, **parts):
        self.subject = make_name(parts)


def test_the_old_place_of_an_organizations_inn():
    """Until 2021: «00» and ten digits in the person's attribute."""
    old = read_subject(Named(cn="ООО «Старое»", inn="007704001236", ogrn="1027700456783"))
    assert (old.innle, old.inn) == ("7704001236", None)
    both = read_subject(Named(cn="ООО «Новое»", inn="770455500191", innle="7704001236"))
    assert (both.innle, both.inn) == ("7704001236", "770455500191")
    # where both places are filled the new one counts
    mixed = read_subject(Named(cn="ООО «Смешанное»", inn="005401234566", innle="7704001236"))
    assert (mixed.innle, mixed.inn) == ("7704001236", "005401234566")


def test_the_person():
    assert read_subject(Named(cn="ООО", surname="Иванов", given_name="Пётр")).person == "Иванов Пётр"
    assert read_subject(Named(cn="Только имя")).person == "Только имя"
    assert Subject().person == ""


@pytest.mark.parametrize("name", ["head_ip.crt", "employee.crt", "other_head.crt"])
def test_subjects_of_other_certificates(name):
    certificate = store_of(intermediates=[read(f"certs/{name}")]).intermediates[0]
    subject = read_subject(certificate)
    assert subject.snils
    assert (subject.ogrnip is not None) == (name == "head_ip.crt")
    assert (subject.innle is not None) == (name == "other_head.crt")


def test_the_demo_head_is_the_head_of_these_tests():
    assert HEAD["snils"] == ORGANIZATION["person_snils"]
