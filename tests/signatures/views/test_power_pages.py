"""Pages of powers of attorney: list, card, upload, creation, signing, withdrawal, and the table of «Администрирование»."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import EsiaRole, User
from signatures.actions import discard_draft, sign_draft, withdraw_power
from signatures.models import PowerDraft, PowerOfAttorney
from signatures.selectors import waiting_for
from simulators.demo_ca import sign
from tests import factories
from tests.signatures import papers
from tests.signatures.conftest import HEAD
from tests.signatures.papers import CODE, EMPLOYEE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_power")]


@pytest.fixture
def admin():
    home = factories.organization(inn=HEAD["innle"], ogrn=HEAD["ogrn"])
    person = factories.user(snils=HEAD["snils"], inn=HEAD["inn"], last_name="Иванов", first_name="Пётр", middle_name="")
    EsiaRole.objects.create(
        user=person, org_oid=home.esia_oid, full_name=home.full_name, chief=True, seen_at=timezone.now()
    )
    return factories.acting_by(factories.grant(person, home), person)


@pytest.fixture
def employee(admin):
    person = factories.user(snils=EMPLOYEE.snils, inn=EMPLOYEE.inn, last_name="Петрова", first_name="Мария")
    return factories.acting_by(factories.grant(person, admin.organization, rights=["protocols.sign"]), person)


def page(client: Any, acting: Any, name: str, *args: Any, status: int = 200) -> str:
    answer = factories.sign_in(client, acting).get(reverse(f"signatures:{name}", args=args))
    assert answer.status_code == status
    return text_of(answer)


def text_of(answer: Any) -> str:
    """Without the spaces that keep a number and its word together."""
    return answer.content.decode().replace("\xa0", " ").replace("&nbsp;", " ")


def upload(client: Any, acting: Any, xml: bytes, signature: bytes) -> Any:
    files = {"xml": SimpleUploadedFile("p.xml", xml), "signature": SimpleUploadedFile("p.sig", signature)}
    return factories.sign_in(client, acting).post(reverse("signatures:power_add"), files)


class TestList:
    def test_an_empty_one_explains_what_it_is_about(self, client, admin):
        text = page(client, admin, "powers")
        assert "Машиночитаемая доверенность (МЧД) — файл" in text
        assert "Создать машиночитаемую доверенность" in text

    def test_states_in_words(self, client, admin, settings):
        today = timezone.localdate()
        papers.kept(admin, inner_number="A-1")
        papers.kept(admin, inner_number="A-2", until=today + timedelta(days=12))
        papers.kept(admin, inner_number="A-3", issued=date(2020, 1, 1), until=date(2021, 1, 1))
        papers.kept(admin, inner_number="A-4", powers=papers.codes("OTHER"))
        papers.kept(admin, inner_number="A-5", issued=today + timedelta(days=5))
        papers.kept(admin, inner_number="A-6", until=today)
        withdraw_power(papers.kept(admin, inner_number="A-7"), reason="", acting=admin)
        revoked = papers.kept(admin, inner_number="A-8")
        PowerOfAttorney.objects.filter(pk=revoked.pk).update(registry_status="revoked")
        text = page(client, admin, "powers")
        for words in (
            *("Действует", "истекает через 12 дней", "Истекла", "Нет нужного полномочия", "Ещё не начала действовать"),
            *("сегодня последний день", "Убрана из кабинета", "Отменена"),
        ):
            assert words in text, words
        assert admin.user.snils not in text

    def test_an_employee_sees_his_own(self, client, admin, employee):
        papers.kept(admin, inner_number="чужая-77")
        papers.kept(employee, inner_number="своя-88")
        text = page(client, employee, "powers")
        assert "своя-88" in text
        assert "чужая-77" not in text
        assert "Создать машиночитаемую" not in text

    def test_as_many_questions_for_ten_as_for_one(self, client, admin):
        papers.kept(admin)
        factories.sign_in(client, admin)
        one = factories.selects(client, reverse("signatures:powers"))
        for _ in range(8):
            papers.kept(admin)
        assert factories.selects(client, reverse("signatures:powers")) == one

    def test_the_default_code_is_shown_as_unverified(self, client, admin, settings):
        assert "не подтверждён" not in page(client, admin, "powers")
        settings.SIGNATURE_MCHD_POWERS = ["UNVERIFIED_LKOT_SIGN"]
        assert "Код полномочия не подтверждён" in page(client, admin, "powers")


class TestCard:
    def test_what_it_shows(self, client, admin, employee):
        power = papers.kept(employee)
        for acting in (admin, employee):
            text = page(client, acting, "power", power.uid)
            assert "Петрова" in text
            assert EMPLOYEE.snils not in text
            assert "***-***-**3 00" in text
            assert "не по официальной схеме ГНИВЦ" in text or "официальной схеме ГНИВЦ" in text
            assert power.number in text
        assert "Убрать из кабинета" not in page(client, employee, "power", power.uid)

    def test_the_files_are_the_very_bytes(self, client, admin):
        power = papers.kept(admin)
        answer = factories.sign_in(client, admin).get(reverse("signatures:power_xml", args=[power.uid]))
        assert answer.content == power.xml
        assert "attachment" in answer["Content-Disposition"]
        answer = client.get(reverse("signatures:power_signature", args=[power.uid]))
        assert answer.content == bytes(power.signature.der)

    def test_taken_out(self, client, admin, employee):
        power = papers.kept(employee)
        address = reverse("signatures:power_withdraw", args=[power.uid])
        assert factories.sign_in(client, employee).post(address).status_code == 403
        assert factories.sign_in(client, admin).post(address, {"reason": "уволена\x00"}).status_code == 302
        power.refresh_from_db()
        assert (power.withdrawn_by, power.withdrawn_reason) == (admin.user, "уволена")
        text = page(client, employee, "power", power.uid)
        assert "Доверенность убрана из кабинета" in text
        assert "Чтобы вернуть её, загрузите" not in text
        assert "Вернуть её может тот, у кого есть право «Управление доступом»" in text
        assert "Чтобы вернуть её, загрузите" in page(client, admin, "power", power.uid)


class TestUpload:
    def test_taken(self, client, trusted, employee):
        xml = papers.paper(**papers.of(employee))
        answer = upload(client, employee, xml, sign(xml, trusted.signer))
        power = PowerOfAttorney.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, reverse("signatures:power", args=[power.uid]))

    def test_every_problem_is_told(self, client, trusted, admin):
        xml = papers.paper(('НаимОрг="', 'Наим="'), ('ПрПередов="1"', 'ПрПередов="7"'))
        answer = upload(client, admin, xml, sign(xml, trusted.signer))
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Доверенность составлена не по форме." in text
        assert "нет обязательного атрибута «НаимОрг»" in text
        assert "значение атрибута «ПрПередов»" in text
        assert not PowerOfAttorney.objects.exists()

    def test_a_bad_signature_is_told_by_its_own_verdict(self, client, trusted, admin):
        xml = papers.paper()
        text = upload(client, admin, xml, sign(xml + b" ", trusted.signer)).content.decode()
        assert "Подпись руководителя под доверенностью не принята." in text
        assert "Подпись сделана для другого документа" in text

    def test_nothing_and_too_much(self, client, admin):
        answer = factories.sign_in(client, admin).post(reverse("signatures:power_add"))
        assert answer.status_code == 422
        assert "Выберите файл доверенности." in answer.content.decode()
        assert upload(client, admin, b"x" * 1_100_000, b"x").status_code == 422
        assert upload(client, admin, b"x" * 3_000_000, b"x").status_code == 413

    def test_the_token_is_asked_for(self, admin):
        from django.test import Client

        client = factories.sign_in(Client(enforce_csrf_checks=True), admin)
        assert client.post(reverse("signatures:power_add")).status_code == 403


def filled(**changes: str) -> dict[str, Any]:
    until = (timezone.localdate() + timedelta(days=200)).isoformat()
    return {"kpp": "770401001", "inner_number": "7/2026", "until": until, "powers": [CODE]} | changes


class TestCreation:
    def post(self, client: Any, acting: Any, **changes: str) -> Any:
        return factories.sign_in(client, acting).post(reverse("signatures:power_new"), filled(**changes))

    def test_people_of_the_cabinet_are_picked(self, client, trusted, admin, employee):
        text = page(client, admin, "power_new")
        assert f'<option value="{admin.user.pk}" selected>Иванов Пётр, СНИЛС ***-***-**5 95' in text
        assert HEAD["snils"] not in text
        answer = self.post(client, admin, head=str(admin.user.pk), person=str(employee.user.pk))
        draft = PowerDraft.objects.get()
        assert answer["Location"] == reverse("signatures:power_draft", args=[draft.uid])
        text = page(client, admin, "power_draft", draft.uid)
        assert draft.request.sha256[:8] in text.replace(" ", "")
        assert EMPLOYEE.snils not in text.replace("-", "").replace(" ", "")
        first = client.get(reverse("signatures:power_draft_xml", args=[draft.uid])).content
        assert first == bytes(draft.body)
        signature = sign(first, trusted.signer)
        signed = client.post(
            reverse("signatures:power_draft", args=[draft.uid]),
            {"signature_file": SimpleUploadedFile("a.sig", signature)},
        )
        power = PowerOfAttorney.objects.get()
        assert signed["Location"] == reverse("signatures:power", args=[power.uid])
        assert power.xml == first
        assert power.representative_snils == [EMPLOYEE.snils]
        for again in (client.post, client.get):
            answer = again(reverse("signatures:power_draft", args=[draft.uid]), {"signature": "MA=="}, follow=True)
            assert answer.redirect_chain == [(reverse("signatures:power", args=[power.uid]), 302)]
            assert "Доверенность уже подписана и добавлена в кабинет." in text_of(answer)
        assert client.get(reverse("signatures:power_draft_xml", args=[draft.uid])).status_code == 404

    def test_sent_twice_it_is_one_paper(self, client, admin, employee):
        people = {"head": str(admin.user.pk), "person": str(employee.user.pk)}
        assert self.post(client, admin, **people).status_code == 302
        again = self.post(client, admin, **people)
        assert again.status_code == 422
        assert "Доверенность с этим номером уже составлена и ждёт подписи руководителя" in text_of(again)
        draft = PowerDraft.objects.get()
        assert self.post(client, admin, **people, inner_number="2/2026").status_code == 302
        assert "2/2026" not in page(client, admin, "power_new"), "what is offered is free"
        discard_draft(draft, acting=admin)
        assert self.post(client, admin, **people).status_code == 302

    def test_people_are_typed(self, client, admin):
        head = {"head_last_name": "Глава", "head_first_name": "Олег", "head_snils": "150-000-007 56"}
        person = {"person_last_name": "Нова", "person_first_name": "Инна", "person_snils": EMPLOYEE.snils}
        answer = self.post(
            client, admin, **head, **person, head_inn="770455500265", person_inn=EMPLOYEE.inn, birth_date="1990-05-05"
        )
        assert answer.status_code == 302
        body = bytes(PowerDraft.objects.get().body).decode()
        assert 'СНИЛС="150-000-007 56"' in body
        assert 'ДатаРожд="1990-05-05"' in body

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({}, "Выберите руководителя или впишите сведения о нём."),
            ({}, "Выберите сотрудника или впишите сведения о нём."),
            ({"person": "typed"}, "Впишите фамилию."),
            ({"person_last_name": "Нова"}, "Впишите СНИЛС."),
            ({"person_snils": "11223344590"}, "Контрольное число СНИЛС неверно."),
            ({"person_inn": "7704001236"}, "ИНН человека состоит из 12 цифр."),
            ({"kpp": "1"}, "КПП состоит из 9 знаков"),
            ({"until": "2020-01-01"}, "Этот день уже прошёл."),
            ({"until": "когда-нибудь"}, "Укажите дату в виде"),
            ({"birth_date": "2090-01-01"}, "Проверьте дату рождения."),
            ({"powers": "CHEAT"}, "CHEAT"),
            ({"person": "999999"}, "999999"),
            ({"inner_number": ""}, "Укажите номер доверенности."),
            ({"person_last_name": "А" * 151}, "не более 150 символов"),
        ],
    )
    def test_what_is_wrong(self, client, admin, changes, words):
        answer = self.post(client, admin, **changes)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not PowerDraft.objects.exists()

    def test_a_number_of_whom_is_picked_is_not_typed_over(self, client, admin, employee):
        """Or one paper would be made of two people; what the cabinet does not know of him is typed."""
        picked = {"head": str(admin.user.pk), "person": str(employee.user.pk)}
        for other in ({"person_snils": "15000000756"}, {"person_inn": HEAD["inn"]}):
            answer = self.post(client, admin, **picked, **other)
            assert answer.status_code == 422
            assert "не того, кто выбран" in answer.content.decode()
        User.objects.filter(pk=employee.user.pk).update(inn="")
        text = self.post(client, admin, **picked).content.decode()
        assert "Впишите ИНН: в кабинете у этого человека его нет." in text
        assert text.count('<details class="disclosure" open') == 1, "the fields of the head, who is known, stay closed"
        assert self.post(client, admin, **picked, person_inn=EMPLOYEE.inn).status_code == 302

    def test_one_error_for_one_field(self, client, admin):
        text = self.post(client, admin, person="999999").content.decode()
        assert "999999" in text
        assert "Выберите сотрудника" not in text

    def test_signed_by_somebody_else(self, client, trusted, admin):
        draft = papers.drafted(admin)
        other = trusted.authority.signer(trusted.issue(snils="15000000756", inn="770455500265", surname="Замов"))
        answer = factories.sign_in(client, admin).post(
            reverse("signatures:power_draft", args=[draft.uid]),
            {"signature_file": SimpleUploadedFile("a.sig", sign(bytes(draft.body), other))},
        )
        assert answer.status_code == 422
        assert "Доверенность подписал не тот руководитель" in answer.content.decode()
        assert PowerDraft.objects.visible_to(admin).exists()

    def test_discarded(self, client, admin):
        draft = papers.drafted(admin)
        address = reverse("signatures:power_draft_discard", args=[draft.uid])
        assert factories.sign_in(client, admin).post(address).status_code == 302
        again = client.post(address, follow=True)
        assert "подписи больше не ждёт" in text_of(again)
        assert "Ждут подписи" not in page(client, admin, "powers")
        assert client.get(reverse("signatures:power_draft_xml", args=[draft.uid])).status_code == 404


class TestListOfDocuments:
    """«Документы на подпись» lists what a person may open, and every link of it opens."""

    @pytest.fixture
    def head(self):
        """He is to sign, and does not manage access."""
        home = factories.organization(inn=HEAD["innle"], ogrn=HEAD["ogrn"])
        person = factories.user(snils=HEAD["snils"], inn=HEAD["inn"])
        return factories.acting_by(factories.grant(person, home, rights=["protocols.view"]), person)

    @pytest.fixture
    def draft(self, head):
        return papers.drafted(factories.acting(head.organization, rights=["admin.access"]))

    def test_the_head_finds_what_he_is_to_sign(self, client, head, draft):
        text = page(client, head, "requests")
        address = reverse("signatures:power_draft", args=[draft.uid])
        assert address in text
        assert "Ждёт вашей подписи" in text
        assert client.get(address).status_code == 200
        assert list(waiting_for(head)) == [draft.request]

    def test_what_is_signed_leads_on(self, client, trusted, head, draft):
        sign_draft(draft, sign(bytes(draft.body), trusted.signer), acting=head)
        address = reverse("signatures:power_draft", args=[draft.uid])
        text = page(client, head, "requests")
        assert address in text
        assert "Ждёт вашей подписи" not in text
        told = client.get(address, follow=True)
        assert told.status_code == 200
        assert "подписи больше не ждёт" in text_of(told), "the paper is somebody else's: he does not see it"

    def test_others_find_nothing(self, client, head, draft):
        elsewhere = factories.organization()
        for other in (
            factories.acting(head.organization, rights=["protocols.view", "protocols.sign"]),
            factories.acting_by(factories.grant(head.user, elsewhere), head.user),
        ):
            assert str(draft.uid) not in page(client, other, "requests")
            assert client.get(reverse("signatures:power_draft", args=[draft.uid])).status_code == 404


def test_beside_the_right_to_sign(client, admin, employee):
    near = timezone.localdate() + timedelta(days=12)
    factories.sign_in(client, admin)
    address = reverse("accounts:administration")
    assert "МЧД" not in text_of(client.get(address)).split("</nav>")[-1]
    papers.kept(employee, issued=date(2020, 1, 1), until=date(2021, 1, 1))
    assert "МЧД истекла 01.01.2021" in text_of(client.get(address))
    before = factories.selects(client, address)
    papers.kept(employee, until=near)
    text = text_of(client.get(address))
    assert "МЧД истекает через 12 дней" in text
    assert "МЧД истекла" not in text
    papers.kept(employee, until=date(2099, 3, 12))
    assert "МЧД до 12.03.2099" in text_of(client.get(address))
    assert factories.selects(client, address) == before
    looker = factories.user(snils="15000000756")
    viewer = factories.acting_by(factories.grant(looker, admin.organization, rights=["protocols.view"]), looker)
    papers.kept(viewer, until=date(2088, 1, 1))
    assert "2088" not in text_of(client.get(address)), "he has no right to sign"
