"""«Ведение реестров»: what is loaded, uploads with every error told, the lists, who may."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Organization
from accounts.rights import Right
from core.jobs.models import Job
from core.jobs.tasks import run_job
from core.journal.models import Event
from registries.importing import BadRegister, import_registers
from registries.models import Expert, LoadedRegister, RegisterImport, SoutId, SoutOrganization, WorkplaceInForce
from registries.reading import PROBLEMS_KEPT
from registries.selectors import status_on
from tests import factories

pytestmark = pytest.mark.django_db

URL = reverse("registries:registers")
SAMPLE = Path(__file__).parents[1] / "corpora" / "sout" / "context.json"
ORGANIZATION = {
    "reg": "0417",
    "reg_date": "2015-11-12",
    "name": "Общество «Норма»",
    "inn": "7708451236",
    "ogrn": "1157746002314",
    "status_history": [{"status": "active", "since": "2015-11-12", "till": None}],
    "accreditation": {"number": "RA.RU.21", "issued": "2016-02-03", "expires": None},
}
SOUT_ID = {"id": "1", "org_reg": "417", "employer_inn": "7726014581", "status": "active"}
EXPERT = {"reg_no": "2318", "last": "Ковалева", "first": "Ирина", "cert_no": "003 0002318", "org_reg": "417"}


@pytest.fixture
def keeper(db: None) -> Acting:
    return factories.acting(factories.inspectorate("rostrud"), rights=[Right.KEEP_REGISTERS])


def client_of(acting: Acting) -> Client:
    return factories.sign_in(Client(), acting)


def upload(acting: Acting, content: bytes | Any, name: str = "registers.json") -> RegisterImport:
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    answered = client_of(acting).post(URL, {"file": SimpleUploadedFile(name, raw)})
    assert answered.status_code == 303, answered.content.decode()
    received = RegisterImport.objects.latest("pk")
    assert answered["Location"] == reverse("registries:register_import", args=[received.uid])
    return received


def read(received: RegisterImport) -> RegisterImport:
    job = Job.objects.of(received).latest("created_at")
    run_job(str(job.pk))
    run_job(str(job.pk))  # a doubled message
    received.refresh_from_db()
    return received


def text_of(acting: Acting, received: RegisterImport) -> str:
    return client_of(acting).get(reverse("registries:register_import", args=[received.uid])).content.decode()


def test_the_sample_file(keeper: Acting):
    content = json.loads(SAMPLE.read_text(encoding="utf-8"))
    received = upload(keeper, content)
    assert "записи проверяются и загружаются" in text_of(keeper, received)
    received = read(received)
    assert received.state == "done"
    assert received.counts["organizations"] == len(content["organizations"]) == SoutOrganization.objects.count()
    assert received.counts["experts"] == len(content["experts"]) == Expert.objects.count()
    assert received.counts["sout_ids"] == len(content["sout_ids"]) == SoutId.objects.count()
    text = text_of(keeper, received)
    assert "Реестр загружен" in text
    event = Event.objects.get(verb="registers.imported")
    assert (event.actor, event.organization) == (keeper.user, keeper.organization)
    assert event.payload["experts"] == len(content["experts"])
    assert Event.objects.filter(verb="registers.loaded").count() == 1
    page = client_of(keeper).get(URL).content.decode()
    assert "registers.json" in page
    assert keeper.user.short_name in page
    assert "Ещё не загружался" not in page
    assert set(LoadedRegister.objects.values_list("register", flat=True)) == {
        "organizations",
        "experts",
        "sout_ids",
        "known_workplaces",
    }


def test_the_same_file_again_changes_nothing(keeper: Acting):
    for _ in range(2):
        read(upload(keeper, {"organizations": [ORGANIZATION], "experts": [EXPERT]}))
    assert (SoutOrganization.objects.count(), Expert.objects.count()) == (1, 1)
    assert SoutOrganization.objects.get().registration_number == "417"
    assert Organization.objects.get(sout_registration_number="417").is_sout_organization


def test_a_list_that_is_not_in_the_file_keeps_its_date(keeper: Acting):
    read(upload(keeper, {"experts": [EXPERT]}))
    page = client_of(keeper).get(URL).content.decode()
    assert page.count("Ещё не загружался") == 3


@pytest.mark.parametrize(
    ("content", "where", "message"),
    [
        (b"\xff\xfe\x00", "файл", "не текст в кодировке UTF-8"),
        (b'{"experts": [', "файл", "это не JSON: ошибка в строке 1"),
        (b"[" * 200_000, "файл", "слишком много вложенных скобок"),
        (b'{"experts": [{"reg_no": ' + b"9" * 5000 + b"}]}", "файл", "число, которое слишком длинно"),
        (b"[]", "файл", "должен быть один объект JSON"),
        (b'"text"', "файл", "должен быть один объект JSON"),
        ({}, "файл", "нет ни одного из списков"),
        ({"experts": {}}, "список «experts»", "должен быть список записей"),
        ({"experts": ["Ковалева"]}, "список «experts», запись 1", "запись должна быть объектом JSON"),
        ({"experts": [EXPERT, EXPERT | {"last": " "}]}, "список «experts», запись 2, поле «last»", "не заполнено"),
        ({"experts": [EXPERT | {"last": "я" * 101}]}, "поле «last»", "101 знаков, а можно не больше 100"),
        ({"experts": [EXPERT | {"last": "Ко\x00валева"}]}, "поле «last»", "есть недопустимые знаки"),
        ({"experts": [EXPERT | {"last": "\ud800"}]}, "поле «last»", "есть недопустимые знаки"),
        ({"experts": [EXPERT | {"last": ["Ковалева"]}]}, "поле «last»", "должен быть текст"),
        ({"experts": [EXPERT | {"cert_expires": "16.05.2028"}]}, "поле «cert_expires»", "«16.05.2028» — не дата"),
        ({"experts": [EXPERT | {"cert_expires": 20280516}]}, "поле «cert_expires»", "не дата"),
        ({"experts": [EXPERT | {"cert_expires": "0001-01-01"}]}, "поле «cert_expires»", "не раньше 1990 года"),
        ({"organizations": [ORGANIZATION | {"inn": "77084512360000"}]}, "поле «inn»", "можно не больше 12"),
        ({"organizations": [ORGANIZATION | {"accreditation": "RA"}]}, "поле «accreditation»", "должен быть объект"),
        ({"organizations": [ORGANIZATION | {"status_history": "active"}]}, "поле «status_history»", "список объектов"),
        (
            {"organizations": [ORGANIZATION | {"status_history": [{"status": "active"}]}]},
            "поле «status_history[1].since»",
            "без даты запись не принимается",
        ),
        (
            {"organizations": [ORGANIZATION, ORGANIZATION | {"inn": "7726014581"}]},
            "список «organizations», запись 2, поле «reg»",
            "№ 417 уже принадлежит организации с ИНН 7708451236",
        ),
        ({"sout_ids": [{"id": "1"}]}, "список «sout_ids», запись 1, поле «org_reg»", "не заполнено"),
        (
            {"sout_ids": [SOUT_ID, SOUT_ID | {"status": "Active"}]},
            "список «sout_ids», запись 2, поле «status»",
            "«Active» — неизвестное слово. Допустимы: active, suspended, annulled, cancelled.",
        ),
        (
            {"organizations": [ORGANIZATION | {"status_history": [{"status": "действует", "since": "2015-11-12"}]}]},
            "список «organizations», запись 1, поле «status_history[1].status»",
            "Допустимы: active, suspended, terminated, excluded.",
        ),
        (
            {"known_workplaces": [{"number": "1"}]},
            "список «known_workplaces», запись 1, поле «position»",
            "не заполнено",
        ),
    ],
)
def test_what_is_wrong_and_where(content: Any, where: str, message: str, keeper: Acting):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    received = read(upload(keeper, raw))
    assert received.state == "refused"
    found = [(each["where"], each["message"]) for each in received.problems]
    assert any(where in place and message in said for place, said in found), found
    text = text_of(keeper, received)
    assert "Файл не принят, ни одна запись не изменена" in text
    assert not Expert.objects.exists()
    assert not SoutOrganization.objects.exists()
    assert not LoadedRegister.objects.exists()
    assert Event.objects.get(verb="registers.refused").payload["problems"] == received.problems_total


def test_a_number_of_another_organization_of_the_cabinet(keeper: Acting):
    owner = factories.organization(is_sout_organization=True, sout_registration_number="417")
    received = read(upload(keeper, {"organizations": [ORGANIZATION]}))
    assert received.state == "refused"
    assert f"№ 417 уже принадлежит организации с ИНН {owner.inn}" in received.problems[0]["message"]


def test_all_errors_at_once_up_to_a_limit(keeper: Acting):
    received = read(upload(keeper, {"experts": [{}] * 50}))
    assert (received.problems_total, len(received.problems)) == (200, PROBLEMS_KEPT)
    assert "Показаны первые ошибки, ещё 100" in text_of(keeper, received)


def test_nothing_is_half_written(keeper: Acting):
    with pytest.raises(BadRegister):
        import_registers({"experts": [EXPERT], "sout_ids": [{}]})
    assert not Expert.objects.exists()


@pytest.mark.parametrize(("content", "status"), [(None, 422), (b"", 422)])
def test_no_file(content: bytes | None, status: int, keeper: Acting):
    data = {} if content is None else {"file": SimpleUploadedFile("a.json", content)}
    answered = client_of(keeper).post(URL, data)
    assert answered.status_code == status
    assert "Ошибка" in answered.content.decode()
    assert not RegisterImport.objects.exists()


def test_too_large_is_refused_before_it_is_read(keeper: Acting, monkeypatch):
    client = client_of(keeper)
    announced = client.generic(
        "POST", URL, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**9)
    )
    assert announced.status_code == 413
    assert "Файл больше 20" in announced.content.decode()
    monkeypatch.setattr("registries.views.registers.FILE_BYTES_MAX", 64 * 1024)
    assert client.post(URL, {"file": SimpleUploadedFile("a.json", b"[" * 80_000)}).status_code == 413
    assert not RegisterImport.objects.exists()


def test_who_may(keeper: Acting):
    received = upload(keeper, {"experts": [EXPERT]})
    address = reverse("registries:register_import", args=[received.uid])
    member = client_of(factories.acting(keeper.organization, rights=[Right.INSPECT_FLAGS]))
    assert [member.get(each).status_code for each in (URL, address)] == [403, 403]
    other = client_of(factories.acting(factories.inspectorate("operator"), rights=[Right.KEEP_REGISTERS]))
    absent = reverse("registries:register_import", args=["00000000-0000-4000-8000-000000000000"])
    foreign, missing = other.get(address), other.get(absent)
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert factories.page_of(foreign) == factories.page_of(missing)
    employer = client_of(factories.acting())
    assert employer.get(URL).status_code == 403


def test_a_body_of_one_region_does_not_rewrite_the_countrys_registers(keeper: Acting):
    body = factories.inspectorate("git", region="66")
    for regional in (
        factories.acting(body),
        factories.acting(body, rights=[Right.KEEP_REGISTERS, Right.INSPECT_FLAGS]),
    ):
        client = client_of(regional)
        content = SimpleUploadedFile("a.json", json.dumps({"experts": [EXPERT]}).encode())
        assert client.post(URL, {"file": content}).status_code == 403
        assert client.get(URL).status_code == 403
        assert URL not in client.get(reverse("core:help")).content.decode()
    assert not RegisterImport.objects.exists()


def test_what_the_clock_and_the_job_leave_when_they_give_up(keeper: Acting, monkeypatch, settings):
    received = upload(keeper, {"experts": [EXPERT]})
    job = Job.objects.of(received).get()
    Job.objects.filter(pk=job.pk).update(attempt=settings.JOB_ATTEMPTS_MAX)
    received = read(received)
    assert received.state == "refused"
    assert "по вине системы" in text_of(keeper, received)


def test_the_list_of_organizations(keeper: Acting):
    ended = ORGANIZATION | {
        "reg": "562",
        "name": "Общество «Эксперт»",
        "inn": "1658019348",
        "ogrn": "1171690004122",
        "status_history": [
            {"status": "active", "since": "2017-06-01", "till": "2026-08-02"},
            {"status": "suspended", "since": "2020-08-03", "till": None},
        ],
    }
    import_registers({"organizations": [ORGANIZATION, ended]})
    client = client_of(keeper)

    def names(**query: str) -> list[str]:
        text = client.get(reverse("registries:sout_organizations"), query).content.decode()
        return [name for name in ("Общество «Норма»", "Общество «Эксперт»") if name in text]

    assert names() == ["Общество «Норма»", "Общество «Эксперт»"]
    assert names(q="0417") == ["Общество «Норма»"]
    assert names(q="1658019348") == ["Общество «Эксперт»"]
    assert names(q="эксперт") == ["Общество «Эксперт»"]
    assert names(status="suspended") == ["Общество «Эксперт»"]
    assert names(status="terminated") == []
    assert "Приостановлена" in client.get(reverse("registries:sout_organizations")).content.decode()


def test_the_list_of_experts(keeper: Acting):
    today = timezone.localdate()
    yesterday, tomorrow = (today - timedelta(days=1)).isoformat(), (today + timedelta(days=1)).isoformat()
    import_registers(
        {
            "organizations": [ORGANIZATION],
            "experts": [
                EXPERT | {"cert_expires": tomorrow},
                EXPERT | {"reg_no": "1", "last": "Фролов", "cert_expires": yesterday},
                EXPERT | {"reg_no": "2", "last": "Жуков", "cert_expires": tomorrow, "annulled": yesterday},
                EXPERT | {"reg_no": "3", "last": "Лаптев"},
            ],
        }
    )
    client = client_of(keeper)

    def found(**query: str) -> set[str]:
        text = client.get(reverse("registries:experts"), query).content.decode()
        return {name for name in ("Ковалева", "Фролов", "Жуков", "Лаптев") if name in text}

    assert found() == {"Ковалева", "Фролов", "Жуков", "Лаптев"}
    assert found(status="valid") == {"Ковалева", "Лаптев"}
    assert found(status="expired") == {"Фролов"}
    assert found(status="annulled") == {"Жуков"}
    assert found(q="ковал") == {"Ковалева"}
    assert found(q="2318") == {"Ковалева"}
    assert found(q="\x00 \x00") == {"Ковалева", "Фролов", "Жуков", "Лаптев"}
    assert "Общество «Норма»" in client.get(reverse("registries:experts")).content.decode()


def test_status_on_a_day():
    periods = [("active", date(2017, 6, 1), date(2026, 8, 2)), ("suspended", date(2026, 8, 3), None)]
    assert status_on(periods, date(2026, 8, 2)) == ("active", date(2017, 6, 1))
    assert status_on(periods, date(2026, 8, 3)) == ("suspended", date(2026, 8, 3))
    assert status_on(periods, date(2017, 5, 31)) == ("", None)


def test_the_command_tells_every_problem(tmp_path: Path):
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({"experts": [EXPERT, {}]}), encoding="utf-8")
    with pytest.raises(CommandError, match=r"4 problems, nothing was changed") as told:
        call_command("import_registers", str(bad))
    assert "список «experts», запись 2, поле «cert_no»" in str(told.value)
    good = tmp_path / "good.json"
    place = {"employer_inn": "7726014581", "number": "07", "position": "Повар", "snils": ["112-233-445 95"]}
    good.write_text(
        json.dumps({"known_workplaces": [place, place | {"number": "8", "actual": False}]}), encoding="utf-8"
    )
    call_command("import_registers", str(good))
    row = WorkplaceInForce.objects.get()
    assert (row.number_key, row.snils) == ("7", ["11223344595"])
