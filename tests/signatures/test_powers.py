"""Powers of attorney in the cabinet: kept, used by an employee's personal certificate, withdrawn, revoked, reminded of."""

from __future__ import annotations

import ast
import json
import zipfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Branch
from core.journal.models import Event
from core.moves import WrongState
from core.notifications.models import Notice
from signatures import actions, powers
from signatures.actions.power_watch import take_answer
from signatures.archive.judging import judge
from signatures.authority import AuthorityCode
from signatures.doctor import Check, Whose, diagnose_certificate
from signatures.doctor.power import NO_POWER, power_for
from signatures.mchd.registry import Answer, RegistryStatus, RegistryUnavailable
from signatures.models import PowerDraft, PowerOfAttorney, RevocationRecheck, Signature, SignedDocument
from signatures.purposes import page_of, purpose
from signatures.receipts.evidence import evidence
from signatures.refusals import SignatureRefused
from signatures.selectors import trust_store
from signatures.subjects import read_subject
from simulators.demo_ca import sign
from tests import factories
from tests.signatures import papers
from tests.signatures.accepting import accept_signature
from tests.signatures.conftest import DOCUMENT, HEAD
from tests.signatures.papers import CODE, EMPLOYEE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_power")]
PERSONAL = {"innle": "", "ogrn": "", "organization": "", "title": ""}


@pytest.fixture
def home():
    return factories.organization(inn=HEAD["innle"], ogrn=HEAD["ogrn"])


@pytest.fixture
def admin(home):
    return factories.acting(home)


@pytest.fixture
def employee(home):
    """Acts for the organization without the right to manage access; his certificate is his own."""
    person = factories.user(snils=EMPLOYEE.snils, inn=EMPLOYEE.inn, last_name="Петрова", first_name="Мария")
    return factories.acting_by(factories.grant(person, home, rights=["protocols.view", "protocols.sign"]), person)


def personal(demo: Any, **changes: Any) -> Any:
    given = PERSONAL | {"surname": "Петрова", "given_name": "Мария", "snils": EMPLOYEE.snils, "inn": EMPLOYEE.inn}
    return demo.authority.signer(demo.issue(**(given | changes)))


def add(demo: Any, acting: Any, xml: bytes | None = None, **changes: Any) -> PowerOfAttorney:
    xml = xml or papers.paper(**changes)
    return actions.add_power(xml, sign(xml, demo.signer), acting=acting)


def not_added(demo: Any, acting: Any, xml: bytes, signature: bytes | None = None) -> actions.PowerNotAdded:
    before = PowerOfAttorney.objects.count(), Signature.objects.count(), SignedDocument.objects.count()
    with pytest.raises(actions.PowerNotAdded) as caught:
        actions.add_power(xml, sign(xml, demo.signer) if signature is None else signature, acting=acting)
    assert (PowerOfAttorney.objects.count(), Signature.objects.count(), SignedDocument.objects.count()) == before
    assert all(problem.endswith(".") for problem in caught.value.problems)
    return caught.value


# ---- in and out


def test_what_is_kept(trusted, admin):
    xml = papers.paper()
    power = add(trusted, admin, xml)
    power.refresh_from_db()
    assert power.xml == xml
    assert (power.representatives[0]["name"], power.representative_snils) == (EMPLOYEE.full_name, [EMPLOYEE.snils])
    assert power.powers == [{"code": CODE, "text": "Подписание документов", "restricted": False}]
    assert (power.signature.purpose, power.signature.subject.snils) == ("mchd", HEAD["snils"])
    assert power.signature.document == power.document
    event = Event.objects.about(power).get()
    assert (event.verb, event.actor) == ("mchd.added", admin.user)
    for secret in (EMPLOYEE.snils, EMPLOYEE.last_name):
        assert secret not in json.dumps(event.payload, ensure_ascii=False)


def test_what_the_paper_says_never_changes(trusted, admin):
    power = add(trusted, admin)
    for changes in ({"until": date(2099, 1, 1)}, {"representative_snils": ["15000000756"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PowerOfAttorney.objects.filter(pk=power.pk).update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        PowerOfAttorney.objects.filter(pk=power.pk)._raw_delete(using="default")


def test_what_is_not_taken(trusted, admin, employee):
    assert not_added(trusted, admin, b"<a/>").code == "not_emchd_1"
    assert not_added(trusted, admin, papers.paper(), b"nothing").code == "signature_malformed"
    xml = papers.paper()
    assert not_added(trusted, factories.acting(), xml).code == "other_principal"
    assert not_added(trusted, admin, papers.paper(powers=papers.codes("OTHER"))).code == "no_power"
    past = papers.paper(issued=date(2020, 1, 1), until=date(2021, 1, 1))
    assert not_added(trusted, admin, past).code == "dates"
    without = papers.paper(('СНИЛС="087-654-303 00" ', ""))
    assert not_added(trusted, admin, without).code == "representative_snils_missing"
    add(trusted, admin, xml)
    assert not_added(trusted, admin, xml).code == "already_there"
    number = PowerOfAttorney.objects.get().number
    assert not_added(trusted, admin, papers.paper(number=number, inner_number="другой")).code == "number_taken"
    of_another = papers.paper(representative=papers.Person("15000000756", "540112233406", "Чужов", "Иван"))
    refused = not_added(trusted, employee, of_another)
    assert refused.code == "other_representative"
    assert "Управление доступом" in refused.problems[0]


def test_one_brings_his_own_paper(trusted, employee):
    assert add(trusted, employee).uploaded_by == employee.user


def test_a_paper_that_begins_tomorrow_is_taken_and_does_not_work_yet(trusted, admin, employee):
    add(trusted, admin, issued=timezone.localdate() + timedelta(days=2))
    assert refusal(trusted, employee) == "power_not_in_force"


def test_taken_out_and_back(trusted, admin):
    xml = papers.paper()
    power = add(trusted, admin, xml)
    actions.withdraw_power(power, reason="уволен", acting=admin)
    actions.withdraw_power(power, reason="дважды", acting=admin)
    power.refresh_from_db()
    assert (power.withdrawn_by, power.withdrawn_reason) == (admin.user, "уволен")
    again = add(trusted, admin, xml)
    assert (again.pk, again.withdrawn_at) == (power.pk, None)
    verbs = list(Event.objects.about(power).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["mchd.added", "mchd.withdrawn", "mchd.returned"]


def test_whom_it_was_taken_from_does_not_bring_it_back(trusted, home, admin, employee):
    xml = papers.paper()
    power = add(trusted, admin, xml)
    actions.withdraw_power(power, reason="уволена", acting=admin)
    branch = Branch.objects.create(organization=home, name="Филиал", kpp="770102002")
    for acting in (employee, factories.acting(home, branch=branch)):
        refused = not_added(trusted, acting, xml)
        assert refused.code == "withdrawn"
        assert "«Управление доступом»" in refused.problems[0]
    power.refresh_from_db()
    assert power.withdrawn_at is not None
    with pytest.raises(SignatureRefused, match="power_withdrawn") as caught:
        accept(trusted, employee)
    assert "право «Управление доступом»" in caught.value.text
    assert "Загрузите её снова" not in caught.value.text


def test_who_sees_what(trusted, home, admin, employee):
    power = add(trusted, admin)
    branch = Branch.objects.create(organization=home, name="Филиал", kpp="770102002")
    of_branch = factories.acting(home, branch=branch)
    for acting, sees in [
        (admin, True),
        (employee, True),
        (factories.acting(home, rights=["protocols.view"]), False),
        (factories.acting(), False),
        (of_branch, False),
    ]:
        assert PowerOfAttorney.objects.visible_to(acting).filter(pk=power.pk).exists() is sees
    assert not PowerOfAttorney.objects.visible_to(None).exists()
    factories.grant(employee.user, home, branch=branch, rights=["protocols.view"])
    assert PowerOfAttorney.objects.visible_to(of_branch).get() == power


# ---- signing


def accept(demo: Any, acting: Any, **changes: Any) -> Signature:
    return accept_signature(
        signature=sign(DOCUMENT, personal(demo, **changes)),
        document=DOCUMENT,
        name="protocol.xml",
        purpose="commission_protocol",
        acting=acting,
    )


def refusal(demo: Any, acting: Any, **changes: Any) -> str:
    with pytest.raises(SignatureRefused) as caught:
        accept(demo, acting, **changes)
    assert caught.value.text.endswith(".")
    assert not Signature.objects.filter(purpose="commission_protocol").exists()
    return str(caught.value.code)


def test_signed_under_the_power(trusted, admin, employee):
    power = add(trusted, admin)
    row = accept(trusted, employee)
    assert (row.power, row.person) == (power, employee.user)
    event = Event.objects.about(row).get()
    assert event.payload["power"] == power.number


def test_without_a_power(trusted, admin, employee):
    with pytest.raises(SignatureRefused, match="personal_certificate") as caught:
        accept(trusted, employee)
    assert "Доверенности (МЧД) этой организации на ваше имя в кабинете нет." in caught.value.text
    assert "«Доверенности»" in caught.value.text


def test_why_the_power_does_not_do(trusted, admin, employee, settings):
    power = add(trusted, admin)
    settings.SIGNATURE_MCHD_POWERS = ["OTHER"]
    assert refusal(trusted, employee) == "power_not_given"
    settings.SIGNATURE_MCHD_POWERS = [CODE]
    assert refusal(trusted, employee, inn="540112233406") == "power_of_another"
    assert refusal(trusted, employee, snils="15000000756") == "person_snils_differs"
    revoked = Answer(RegistryStatus.REVOKED, timezone.now(), "проба")
    take_answer(power, revoked, now=timezone.now())
    assert refusal(trusted, employee) == "power_revoked"
    actions.withdraw_power(power, reason="", acting=admin)
    assert refusal(trusted, employee) == "power_withdrawn"
    second = add(trusted, admin)
    assert accept(trusted, employee).power == second


@pytest.mark.parametrize(
    ("replaced", "code"),
    [
        (('"Подписание документов"/>', '"Подписание"><ОгрСвПолн><а/></ОгрСвПолн></МашПолн>'), "power_restricted"),
        (("</Пред>", "</Пред>"), ""),
    ],
)
def test_restricted_powers(trusted, admin, employee, replaced, code, monkeypatch):
    """A paper that would not be taken today may be here from the days of other rules."""
    monkeypatch.setattr("signatures.actions.powers._refuse_useless", lambda *args, **more: None)
    add(trusted, admin, papers.paper(replaced))
    if code:
        assert refusal(trusted, employee) == code
    else:
        accept(trusted, employee)


def test_joint_powers(trusted, admin, employee, monkeypatch):
    monkeypatch.setattr("signatures.actions.powers._refuse_useless", lambda *args, **more: None)
    text = papers.paper(('ПрСовмПолн="2"', 'ПрСовмПолн="1"')).decode()
    start, end = text.index("<СвУпПред"), text.index("<СвПолн")
    second = text[start:end].replace("087-654-303 00", "150-000-007 56").replace("770455500265", "540112233406")
    add(trusted, admin, (text[:end] + second + text[end:]).encode())
    assert refusal(trusted, employee) == "power_joint"


def test_the_last_day_is_moscows(trusted, admin, employee):
    power = add(trusted, admin, until=timezone.localdate())
    assert powers.judge(power, snils=EMPLOYEE.snils, inn=None, moment=timezone.now()).ok
    after = timezone.now() + timedelta(days=1)
    assert powers.judge(power, snils=EMPLOYEE.snils, inn=None, moment=after).code == "dates"


def test_an_employee_of_a_sole_trader(trusted):
    trader = factories.organization(inn="540112233406", ogrn="316547600123457")
    admin = factories.acting(trader)
    person = factories.user(snils=EMPLOYEE.snils, inn=EMPLOYEE.inn)
    employee = factories.acting_by(factories.grant(person, trader, rights=["protocols.sign"]), person)
    assert refusal(trusted, employee) == "trader_inn_differs"
    with pytest.raises(SignatureRefused) as caught:
        accept(trusted, employee)
    assert "Доверенности (МЧД) этой организации на ваше имя в кабинете нет." in caught.value.text
    subject = read_subject(personal(trusted).certificate)
    assert power_for(employee, subject, timezone.now()) == NO_POWER
    himself = papers.Person("15000000756", "540112233406", "Дельцов", "Иван")
    xml = papers.paper(organization_inn=trader.inn, organization_ogrn=trader.ogrn, head=himself)
    own = PERSONAL | {"ogrnip": trader.ogrn, "snils": himself.snils, "inn": himself.inn, "surname": "Дельцов"}
    signature = sign(xml, trusted.authority.signer(trusted.issue(**own)))
    power = actions.add_power(xml, signature, acting=admin)
    assert accept(trusted, employee).power == power


def test_a_traders_certificate_does_not_sign_under_a_power(trusted, admin, employee):
    """Its owner may be the employee; yet he would sign as the trader that he is, for whom the organization is nobody."""
    add(trusted, admin)
    changes = {"ogrnip": "316547600123457"}
    assert refusal(trusted, employee, **changes) == "organization_inn_missing"
    with pytest.raises(SignatureRefused) as caught:
        accept(trusted, employee, **changes)
    now = timezone.now()
    whose = Whose("Наша", employee.organization.inn, employee.organization.ogrn, EMPLOYEE.snils)
    certificate = personal(trusted, **changes).certificate
    seen = diagnose_certificate(
        certificate.dump(),
        whose=whose,
        trust=trust_store(now),
        moment=now,
        power_of=lambda subject: power_for(employee, subject, now),
    )
    assert not seen.suits
    assert [each.check for each in seen.obstacles] == [Check.ORGANIZATION]
    assert seen.obstacles[0].text.split(" В сертификате названа")[0] in caught.value.text


def found_revoked(signature: Signature) -> None:
    now = timezone.now()
    RevocationRecheck.objects.create(
        signature=signature,
        asked_at=now,
        next_try_at=now,
        done_at=now,
        outcome=RevocationRecheck.Outcome.REVOKED,
        revoked_at=signature.moment - timedelta(days=1),
    )


def test_a_paper_whose_certificate_proved_revoked_is_of_no_use(trusted, admin, employee, client, settings):
    settings.MCHD_REGISTRY = "tests.signatures.test_powers.Said"
    power = add(trusted, admin, until=timezone.localdate() + timedelta(days=9))
    found_revoked(power.signature)
    assert refusal(trusted, employee) == "power_badly_signed"
    with pytest.raises(SignatureRefused) as caught:
        accept(trusted, employee)
    assert "Сертификат был отозван до приёма подписи." in caught.value.text
    assert "Оформите новую доверенность" in caught.value.text
    assert not PowerOfAttorney.objects.usable(timezone.localdate()).exists()
    assert (actions.remind_due(), actions.ask_due()) == (0, 0)
    factories.sign_in(client, admin)
    for address in (reverse("signatures:powers"), reverse("signatures:power", args=[power.pk])):
        assert "Сертификат подписи был отозван" in client.get(address).content.decode()
    page = client.get(reverse("signatures:power", args=[power.pk])).content.decode()
    assert "По этой доверенности подписывать нельзя" in page
    second = add(trusted, admin)
    assert accept(trusted, employee).power == second


def test_a_paper_whose_certificate_is_still_asked_about_works_and_says_so(trusted, admin, employee, client):
    power = add(trusted, admin)
    now = timezone.now()
    RevocationRecheck.objects.create(signature=power.signature, asked_at=now, next_try_at=now)
    assert accept(trusted, employee).power == power
    page = factories.sign_in(client, admin).get(reverse("signatures:power", args=[power.pk]))
    assert "Отзыв ещё не проверен" in page.content.decode()


def test_every_code_of_a_power_is_reached_above():
    strings = {node.value for node in ast.walk(ast.parse(Path(__file__).read_text())) if isinstance(node, ast.Constant)}
    assert {code.value for code in AuthorityCode if code.startswith("power_")} <= strings


# ---- made here


def words(**changes: Any) -> actions.PowerWords:
    wanted = papers.wanted()
    given = {
        "head": wanted.head,
        "representative": EMPLOYEE,
        "kpp": "770401001",
        "inner_number": "7/2026",
        "issued": timezone.localdate(),
        "until": timezone.localdate() + timedelta(days=100),
        "powers": wanted.powers,
    }
    return actions.PowerWords(**(given | changes))


def test_a_draft_becomes_a_paper(trusted, admin, employee, home):
    draft = actions.make_draft(words(), acting=admin)
    body = bytes(draft.body)
    with pytest.raises(actions.PowerNotAdded):
        actions.sign_draft(draft, sign(body, personal(trusted)), acting=admin)
    assert list(PowerDraft.objects.visible_to(admin)) == [draft]
    head = factories.user(snils=HEAD["snils"])
    signer = factories.acting_by(factories.grant(head, home, rights=["protocols.view"]), head)
    assert PowerDraft.objects.visible_to(signer).get() == draft, "the head sees what he is to sign"
    power = actions.sign_draft(draft, sign(body, trusted.signer), acting=signer)
    assert power.xml == body
    assert not PowerDraft.objects.visible_to(admin).waiting().exists()
    assert accept(trusted, employee).power == power
    with pytest.raises(WrongState):
        actions.sign_draft(draft, sign(body, trusted.signer), acting=admin)


def test_a_draft_brought_in_as_a_file_waits_no_more(trusted, admin):
    draft = actions.make_draft(words(), acting=admin)
    power = add(trusted, admin, bytes(draft.body))
    draft.refresh_from_db()
    assert draft.power == power


def test_the_bytes_of_a_draft_never_change(admin):
    draft = actions.make_draft(words(), acting=admin)
    with pytest.raises(DatabaseError), transaction.atomic():
        PowerDraft.objects.filter(pk=draft.pk).update(number="other")
    actions.discard_draft(draft, acting=admin)
    assert not PowerDraft.objects.visible_to(admin).waiting().exists()


def test_a_draft_of_the_form_only(admin):
    with pytest.raises(actions.PowerNotAdded) as refused:
        actions.make_draft(words(kpp="1", head=papers.Person("1", "2", "А", "Б")), acting=admin)
    assert refused.value.code == "schema"
    with pytest.raises(actions.PowerNotAdded, match="unwritable"):
        actions.make_draft(words(inner_number="\x01"), acting=admin)


# ---- the registry and the clock


class Said:
    """An adapter that says what the test wants."""

    answers: dict[str, Answer] = {}
    fails: frozenset[str] = frozenset()
    asked: list[tuple[str, str, str]] = []

    def status(self, number: str, principal_inn: str, representative_inn: str) -> Answer | None:
        Said.asked.append((number, principal_inn, representative_inn))
        if number in Said.fails:
            raise RegistryUnavailable("not now")
        return Said.answers.get(number)


def test_the_registry_is_asked_once_a_day(trusted, admin, employee, settings):
    settings.MCHD_REGISTRY = "tests.signatures.test_powers.Said"
    power = add(trusted, admin)
    Said.asked, now = [], timezone.now()
    Said.answers = {power.number: Answer(RegistryStatus.GOOD, now, "реестр")}
    assert actions.ask_due(now) == 1
    assert Said.asked == [(power.number, HEAD["innle"], EMPLOYEE.inn)]
    assert actions.ask_due(now) == 0
    power.refresh_from_db()
    assert (power.registry_status, power.registry_at, power.registry_source) == ("good", now, "реестр")
    assert not Notice.objects.exists()
    Said.answers = {power.number: Answer(RegistryStatus.REVOKED, now, "реестр")}
    assert actions.ask_due(now + timedelta(days=1, minutes=1)) == 1
    assert refusal(trusted, employee) == "power_revoked"
    assert Notice.objects.visible_to(employee).count() == 1
    assert Notice.objects.visible_to(admin).count() == 1
    assert Event.objects.about(power).filter(verb="mchd.revoked").count() == 1
    assert actions.ask_due(now + timedelta(days=3)) == 0, "nothing to ask about what is revoked"


def test_a_registry_that_fails(trusted, admin, settings):
    settings.MCHD_REGISTRY = "tests.signatures.test_powers.Said"
    numbers = [papers.kept(admin).number for _ in range(5)]
    now = timezone.now()
    Said.asked, Said.answers = [], {each: Answer(RegistryStatus.GOOD, now, "реестр") for each in numbers}
    Said.fails = frozenset(numbers)
    assert actions.ask_due(now) == 0
    assert len(Said.asked) == 3, "it is not there: the rest is asked at the next round"
    Said.fails = frozenset(numbers[:2])
    assert actions.ask_due(now) == 3, "two odd answers do not stop the others"
    Said.fails = frozenset()


def test_by_default_nobody_is_asked(trusted, admin):
    power = add(trusted, admin)
    assert actions.ask_due() == 0
    power.refresh_from_db()
    assert (power.registry_status, power.registry_at) == ("unknown", None)


def test_answers_from_a_file(trusted, admin, settings, tmp_path):
    settings.MCHD_REGISTRY = "signatures.registry_file.JsonFile"
    file = tmp_path / "answers.json"
    settings.MCHD_REGISTRY_FILE = str(file)
    power = add(trusted, admin)
    for content in ("", "[]", "{", f'{{"{power.number}": {{"status": "what", "at": "2026-11-25T12:00:00+03:00"}}}}'):
        file.write_text(content)
        assert actions.ask_due() == 0
    file.write_text(json.dumps({power.number: {"status": "revoked", "at": "2026-11-25T12:00:00"}}))
    assert actions.ask_due() == 0, "a time without a zone"
    file.write_text(json.dumps({power.number: {"status": "revoked", "at": "2026-11-25T12:00:00+03:00"}}))
    assert actions.ask_due() == 1
    power.refresh_from_db()
    assert power.is_revoked


def test_reminded_once(trusted, admin, employee, home):
    far = add(trusted, admin, until=timezone.localdate() + timedelta(days=31))
    assert actions.remind_due() == 0
    near = add(trusted, admin, until=timezone.localdate() + timedelta(days=30))
    assert actions.remind_due() == 1
    assert actions.remind_due() == 1
    for acting in (employee, admin):
        (notice,) = Notice.objects.visible_to(acting)
        assert str(near.pk) in notice.url
        assert notice.due_on == near.until
        assert EMPLOYEE.last_name not in notice.text
    assert not Notice.objects.visible_to(factories.acting(home, rights=["protocols.view"])).exists()
    assert far.pk != near.pk


# ---- what is kept beside a signature


def packed_for(signature: Signature, acting: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(b"".join(evidence(signature, acting))))


def test_who_takes_the_paper_along_with_the_evidence(trusted, home, admin, employee):
    power = add(trusted, admin)
    signature = accept(trusted, employee)
    signs = factories.acting(home, rights=["protocols.sign"])
    for acting in (admin, employee, signs):
        assert packed_for(signature, acting).read("power-of-attorney.xml") == power.xml
    for rights in (["protocols.view"], ["protocols.prepare"]):
        packed = packed_for(signature, factories.acting(home, rights=rights))
        assert not [name for name in packed.namelist() if name.startswith("power-of-attorney.xml")]
        text = packed.read("power-of-attorney.txt").decode("utf-8-sig")
        assert power.number in text
        assert f"по {power.until:%d.%m.%Y}" in text
        assert "«Управление доступом»" in text
        everything = b"".join(packed.read(name) for name in packed.namelist() if not name.endswith((".sig", ".cer")))
        for secret in (EMPLOYEE.snils, "087-654-303 00", "1985-03-08"):
            assert secret.encode() not in everything


def test_who_reads_the_signature_of_a_paper_is_who_sees_the_paper(trusted, home, admin, employee):
    power = add(trusted, admin)
    branch = Branch.objects.create(organization=home, name="Филиал", kpp="770102002")
    of_branch = factories.acting(home, branch=branch)
    assert Signature.objects.visible_to(admin).get() == power.signature
    assert not Signature.objects.visible_to(of_branch).exists(), "he manages access of other people"
    factories.grant(employee.user, home, branch=branch, rights=["protocols.view"])
    assert Signature.objects.visible_to(of_branch).get() == power.signature


def test_a_paper_of_several_principals_is_of_the_same_purpose(trusted, admin):
    assert purpose(f"mchd:{HEAD['innle']}") == purpose("mchd")
    power = add(trusted, admin)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE signatures_signature SET purpose = 'mchd:7704001236'")
        cursor.execute("SET session_replication_role = origin")
    signature = Signature.objects.visible_to(admin).get()
    assert page_of(signature) == reverse("signatures:power", args=[power.pk])


def test_the_paper_goes_along_with_the_evidence_and_is_judged_again(trusted, admin, employee):
    power = add(trusted, admin)
    signature = accept(trusted, employee)
    with packed_for(signature, employee) as packed:
        assert packed.read("power-of-attorney.xml") == power.xml
        assert packed.read("power-of-attorney.xml.sig") == bytes(power.signature.der)
        assert f"Машиночитаемая доверенность № {power.short_number}" in packed.read("receipt.txt").decode("utf-8-sig")
    assert "power_damaged" not in judge(signature).codes
    with connection.cursor() as cursor:  # as somebody with the database's password does
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE signatures_signeddocument SET body = 'x' WHERE uid = %s", [power.document_id])
        cursor.execute("SET session_replication_role = origin")
    assert "power_damaged" in judge(Signature.objects.get(pk=signature.pk)).codes
