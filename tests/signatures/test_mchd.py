"""МЧД: every code of the closed list, the vectors, the command, and what is written can be read."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from signatures.mchd import PowerVerdict, check_power, read_power
from signatures.mchd.explaining import LISTED
from signatures.mchd.reading import LARGEST, PowerRefused
from signatures.mchd.verdicts import code_of_signature
from signatures.mchd.writing import write_power
from signatures.verdicts import Verdict
from simulators.demo_ca import sign
from tests.signatures import papers
from tests.signatures.conftest import VECTORS, expected, read
from tests.signatures.mutants import flipped, truncated
from tests.signatures.papers import CODE, EMPLOYEE, HEAD, paper

MCHD = expected()["mchd"]
SNILS_OF = {"employee": "08765430300", "employee2": "12345678964"}
NOW = datetime.now(UTC)
# all that the command can print
EVERY_CODE = [each.value for each in PowerVerdict if each is not PowerVerdict.SIGNATURE]
EVERY_CODE += [code_of_signature(each) for each in Verdict if each is not Verdict.OK]


def options() -> list[str]:
    names = expected()
    return [
        *("--roots", *(str(VECTORS / name) for name in names["trusted_roots"])),
        *("--intermediates", *(str(VECTORS / name) for name in names["intermediates"])),
        *("--crls", *(str(VECTORS / name) for name in names["crls"])),
    ]


def command(xml: str, signature: str, person: str, *more: str) -> str:
    out = StringIO()
    call_command(
        "verify_mchd",
        *("--xml", str(VECTORS / xml), "--signature", str(VECTORS / signature)),
        *("--inn", MCHD["principal_inn"], "--ogrn", MCHD["principal_ogrn"]),
        *("--snils", SNILS_OF[person], "--power", MCHD["power"]),
        *options(),
        *more,
        stdout=out,
    )
    return out.getvalue()


@pytest.mark.parametrize(("xml", "signature", "person", "verdict"), MCHD["cases"])
def test_the_vectors_through_the_command(xml, signature, person, verdict):
    """Without the database mark: a query would fail the test."""
    assert json.loads(command(xml, signature, person, "--json")) == {"verdict": verdict}


def test_the_command_for_people():
    assert command(*MCHD["cases"][0][:3]) == "ok: Доверенность верна и действует.\n"
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command(
            "verify_mchd",
            *("--xml", str(VECTORS / "mchd/mchd_expired.xml"), "--signature", str(VECTORS / "mchd/mchd_expired.xml.sig")),
            *("--inn", MCHD["principal_inn"], "--ogrn", MCHD["principal_ogrn"]),
            *("--snils", "087-654-303 00", "--power", MCHD["power"], *options()),
            stdout=out,
        )  # fmt: skip
    assert stopped.value.code == 1
    assert out.getvalue().startswith("dates: Доверенность сейчас не действует. Срок её действия истёк ")


@pytest.mark.parametrize("code", EVERY_CODE)
def test_every_code_is_explained(code):
    name = PowerVerdict.SIGNATURE if code.startswith("signature_") else PowerVerdict(code)
    assert name.explanation.endswith(".")
    assert name.advice.endswith(".") or name is PowerVerdict.OK


# ---- every verdict


def judged(demo: Any, xml: bytes, signature: bytes | None = None, **changes: Any) -> Any:
    given = {
        "organization_inn": "7704001236",
        "organization_ogrn": "1027700456783",
        "representative_snils": EMPLOYEE.snils,
        "representative_inn": EMPLOYEE.inn,
        "codes": {CODE},
        "trust": demo.trust(),
        "moment": datetime.now(UTC),
    }
    report = check_power(xml, sign(xml, demo.signer) if signature is None else signature, **(given | changes))
    assert report.code in EVERY_CODE
    assert all(sentence.strip().endswith(".") for sentence in report.sentences), report.sentences
    return report


def test_good(demo):
    report = judged(demo, paper())
    assert report.code == "ok"
    assert report.head.subject.snils == HEAD.snils
    assert report.power.representatives == (EMPLOYEE,)


def test_the_command_line_knows_no_inn_of_the_representative(demo):
    assert judged(demo, paper(), representative_inn=None).ok
    without = paper(('СНИЛС="087-654-303 00" ', ""))
    assert judged(demo, without, representative_inn=None).code == "other_representative"
    assert judged(demo, without).ok, "by the ИНН alone, where it is known"


def test_a_wrong_digit_of_the_inn_is_told_as_that(demo):
    report = judged(demo, paper(('ИННФЛ="770455500265"', 'ИННФЛ="770455500191"')))
    assert "СНИЛС в ней тот же, но ИНН другой: указан 770455500191, ожидается 770455500265." in report.problems[0]
    assert judged(demo, paper(representative=HEAD)).problems[0].startswith("Ожидается представитель со СНИЛС ***")


GRANTED = '<МашПолн КодПолн="DEMO_OT_SIGN" НаимПолн="Подписание документов"/>'
REFUSED = [
    ("not_xml", b"%PDF-1.7"),
    ("not_xml", b""),
    ("not_xml", paper()[:500]),
    ("doctype", paper().replace(b"?>", b"?><!DOCTYPE a [<!ENTITY b 'c'>]>", 1)),
    ("not_emchd_1", b"<a/>"),
    ("not_emchd_1", paper(('xmlns="urn://x-artefacts/EMCHD_1" ', ""))),
    ("not_emchd_1", paper(('ВерсФорм="EMCHD_1"', 'ВерсФорм="002"'))),
    ("redelegated", paper(("<Довер>", "<Передов>"), ("</Довер>", "</Передов>"))),
    ("schema", paper(('НаимОрг="ООО «Ромашка»" ', ""))),
    ("schema", paper(("<СвПолн", "<СвПолнее"), ("</СвПолн>", "</СвПолнее>"))),
    ("schema", paper(("2", "x"))),
    ("schema", paper(issued=date(2026, 5, 2), until=date(2026, 5, 1))),
    ("schema", paper(('ДатаВыдДовер="', 'ДатаВыдДовер="1'))),
    ("other_principal", paper(organization_inn="5401234566")),
    ("other_principal", paper(organization_ogrn="1025400000008")),
    ("signed_not_by_head", paper(head=EMPLOYEE)),
    ("signed_not_by_head", paper(('ИННФЛ="770455500191"', 'ИННФЛ="770455500265"'))),
    ("signed_not_by_head", paper((' ИННФЛ="770455500191" СНИЛС="112-233-445 95"', ""))),
    ("other_representative", paper(representative=HEAD)),
    ("other_representative", paper(('ИННФЛ="770455500265"', 'ИННФЛ="770455500191"'))),
    ("dates", paper(issued=date(2020, 1, 1), until=date(2021, 1, 1))),
    ("dates", paper(issued=date(2080, 1, 1), until=date(2081, 1, 1))),
    ("no_power", paper(powers=papers.codes("ANOTHER"))),
    ("no_power", paper(powers=papers.codes(CODE.lower()))),
    ("no_power", paper((GRANTED, "<ТекстПолн>DEMO_OT_SIGN</ТекстПолн>"))),
    ("restricted_power", paper((GRANTED, GRANTED[:-2] + "><ОгрСвПолн><а/></ОгрСвПолн></МашПолн>"))),
]


@pytest.mark.parametrize(("code", "xml"), REFUSED, ids=[f"{n}-{code}" for n, (code, _) in enumerate(REFUSED)])
def test_refused(demo, code, xml):
    assert judged(demo, xml).code == code


def test_too_large(demo):
    assert judged(demo, paper() + b" " * LARGEST, b"").code == "too_large"


def test_dates_count_in_moscow(demo):
    """At 22:30 UTC on the last day it is the next day in Moscow."""
    today = (datetime.now(UTC) + timedelta(days=1)).date()  # the demo's revocation lists begin now
    xml = paper(until=today)
    late = datetime(today.year, today.month, today.day, 22, 30, tzinfo=UTC)
    assert judged(demo, xml, moment=late - timedelta(hours=2)).code == "ok"
    report = judged(demo, xml, moment=late)
    assert report.code == "dates"
    assert f"истёк {today:%d.%m.%Y}" in report.problems[0]


def test_joint_powers(demo):
    text = paper(('ПрСовмПолн="2"', 'ПрСовмПолн="1"')).decode()
    assert judged(demo, text.encode()).ok, "one representative has nobody to act together with"
    start, end = text.index("<СвУпПред"), text.index("<СвПолн")
    second = text[start:end].replace("087-654-303 00", "150-000-007 56").replace("770455500265", "540112233406")
    assert judged(demo, (text[:end] + second + text[end:]).encode()).code == "joint_powers"
    single = text.replace('ПрСовмПолн="1"', 'ПрСовмПолн="2"')
    assert judged(demo, (single[:end] + second + single[end:]).encode()).ok


def test_revoked(demo):
    wanted = papers.wanted()
    assert judged(demo, write_power(wanted), revoked={wanted.number}).code == "revoked"
    assert judged(demo, write_power(wanted), revoked={"another"}).ok


def test_who_signed(demo):
    xml = paper()
    other = demo.issue(innle="5401234566", ogrn="1025400000008", organization="АО «Другое»")
    personal = demo.issue(innle="", ogrn="", organization="", title="")
    deputy = demo.issue(snils="15000000756", inn="540112233406", surname="Замов")
    for person, code in [
        (other, "signed_by_other_organisation"),
        (personal, "signed_by_other_organisation"),
        (deputy, "signed_not_by_head"),
    ]:
        assert judged(demo, xml, sign(xml, demo.authority.signer(person))).code == code
    both = sign(xml, demo.authority.signer(deputy), demo.signer)
    assert judged(demo, xml, both).ok, "the head is among the signers"


def test_heads_that_act_jointly(demo):
    xml = papers.of_two_heads()
    other = demo.authority.signer(demo.issue(snils="15000000756", inn="540112233406", surname="Второв"))
    assert judged(demo, xml).code == "signed_not_by_all_heads"
    assert judged(demo, xml, sign(xml, demo.signer, other)).ok


def test_a_sole_trader(demo):
    numbers = {"organization_inn": "540112233406", "organization_ogrn": "316547600123457"}
    himself = papers.Person("15000000756", "540112233406", "Дельцов", "Иван")
    xml = paper(**numbers, head=himself)
    given = {"snils": himself.snils, "inn": himself.inn, "surname": "Дельцов", "given_name": "Иван", "title": ""}
    no_organization = {"innle": "", "ogrn": "", "organization": ""}
    trader = demo.issue(**given, **no_organization, ogrnip="316547600123457")
    assert judged(demo, xml, sign(xml, demo.authority.signer(trader)), **numbers).ok
    stranger = demo.issue(**no_organization, ogrnip="316547600123457", title="")
    code = judged(demo, xml, sign(xml, demo.authority.signer(stranger)), **numbers).code
    assert code == "signed_by_other_person"
    of_organization = demo.issue(**given)
    code = judged(demo, xml, sign(xml, demo.authority.signer(of_organization)), **numbers).code
    assert code == "signed_by_other_person", "the certificate of an organization that he heads is not his own"
    other_snils = demo.issue(**(given | {"snils": HEAD.snils}), **no_organization, ogrnip="316547600123457")
    code = judged(demo, xml, sign(xml, demo.authority.signer(other_snils)), **numbers).code
    assert code == "signed_not_by_head"


def test_the_signature_of_the_head_brings_its_own_verdict(demo):
    xml = paper()
    assert judged(demo, xml, b"nothing").code == "signature_malformed"
    assert judged(demo, xml, sign(xml + b" ", demo.signer)).code == "signature_content_digest_mismatch"
    assert judged(demo, xml, trust=demo.trust(crls=[])).code == "signature_no_revocation_data"
    assert judged(demo, xml, trust=demo.trust(roots=[])).code == "signature_no_trusted_chain"
    later = judged(demo, xml, moment=datetime.now(UTC) + timedelta(days=1000))
    assert later.code == "signature_expired"
    assert later.sentences[-1] == Verdict.EXPIRED.advice


# ---- what is said of the form


def test_where_the_form_is_broken():
    xml = paper(
        ('НаимОрг="ООО «Ромашка»" ', ""),
        ("<СвУпПред", "<Лишний/><СвУпПред"),
        ('ПрПередов="1"', 'ПрПередов="9" Чужой="1"'),
        ("112-233-445 95", "нет"),
    )
    with pytest.raises(PowerRefused) as refused:
        read_power(xml)
    assert refused.value.problems == [
        "Строка 5, элемент «СвДов»: значение атрибута «ПрПередов» «9» не подходит под форму.",
        "Строка 5, элемент «СвДов»: атрибут «Чужой» формой не предусмотрен.",
        "Строка 11, элемент «СвРосОрг»: нет обязательного атрибута «НаимОрг».",
        "Строка 13, элемент «СвФЛ»: значение атрибута «СНИЛС» не подходит под форму.",
        "Строка 22, элемент «Лишний»: такого элемента здесь быть не должно, ожидается СвДоверит, СвУпПред.",
    ]
    many = paper(("<МашПолн", "<МашПолн/>\n" * 50 + "<МашПолн"))
    with pytest.raises(PowerRefused) as refused:
        read_power(many)
    assert len(refused.value.problems) == LISTED


# ---- what is written


def test_what_is_written_is_read_back(demo):
    wanted = papers.wanted(organization_name='ООО "Рога & <Копыта>"', powers=papers.codes("A", "B"))
    power = read_power(write_power(wanted))
    assert (power.number, power.issued, power.until) == (wanted.number, wanted.issued, wanted.until)
    (principal,) = power.principals
    assert (principal.name, principal.inn, principal.heads) == (wanted.organization_name, "7704001236", (HEAD,))
    assert [granted.code for granted in power.powers] == ["A", "B"]
    assert write_power(wanted) == write_power(wanted)


# ---- damage


@pytest.mark.slow
def test_damage_never_gives_ok(vector_trust):
    """2,400 flips and truncations over the file and its signature."""
    xml, signature = read("mchd/mchd_ok.xml"), read("mchd/mchd_ok.xml.sig")
    rng = random.Random(20261125)

    def code(damaged_xml: bytes, damaged_signature: bytes) -> str:
        report = check_power(
            damaged_xml,
            damaged_signature,
            organization_inn=MCHD["principal_inn"],
            organization_ogrn=MCHD["principal_ogrn"],
            representative_snils=MCHD["representative_snils"],
            codes={MCHD["power"]},
            trust=vector_trust,
            moment=NOW,
        )
        assert report.code in EVERY_CODE
        return report.code

    assert code(xml, signature) == "ok"
    for damage, count in ((flipped, 900), (truncated, 300)):
        for _ in range(count):
            assert code(damage(xml, rng), signature) != "ok"
            assert code(xml, damage(signature, rng)) != "ok"
