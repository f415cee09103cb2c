"""«Признаки нарушений»: what is told of each flag, filters, ticks, and who sees which."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Branch, Organization
from accounts.rights import Right
from sout_reports.models import Workplace
from tests import factories
from tests.violations import control
from violations.flags.models import Flag
from violations.protocols.actions import sign_and_send

pytestmark = pytest.mark.django_db

URL = reverse("violations:flags")
MOST_QUERIES = 12


def page(acting: Acting, **query: str) -> str:
    return factories.sign_in(Client(), acting).get(URL, query).content.decode()


def titles(text: str) -> int:
    return text.count('data-label="Признак"')


def test_a_tick_names_the_place_and_not_a_key(employer: Organization, head: Acting) -> None:
    _, (flag,) = control.not_unique(employer)
    text = page(head)
    assert "Выбрать: № 1, Кассир 1: Найдено не уникальное рабочее место" in text
    assert f"признак {flag.pk}" not in text


def test_what_is_open_comes_first(employer: Organization, head: Acting) -> None:
    _, (first, second) = control.not_unique(employer, places=2)
    cleared = {"state": "cleared", "closed_at": timezone.now(), "raised_at": timezone.now()}
    Flag.objects.filter(pk=second.pk).update(**cleared)
    text = page(head)
    assert text.index(f"/control/flags/{first.pk}/") < text.index(f"/control/flags/{second.pk}/")


def test_a_place_without_a_number(employer: Organization, head: Acting) -> None:
    _, (flag,) = control.not_unique(employer)
    Workplace.objects.filter(pk=flag.workplace_id).update(number="", current_number="")
    text = page(head)
    assert "Без номера, Кассир 1" in text
    assert "№ без номера" not in text


def test_a_row_says_everything(employer: Organization, head: Acting) -> None:
    report, (flag,) = control.not_unique(employer)
    Flag.objects.filter(pk=flag.pk).update(line=123)
    text = page(head)
    for words in (
        "Найдено не уникальное рабочее место",
        "Номер 1 уже носит другое действующее рабочее место работодателя",
        "№ 1, Кассир 1",
        "строка 123 файла",
        f"отчёт № {report.number}",
        "п. 2 ч. 2 ст. 18 426-ФЗ",
        "«Слесарь 1», Ремонтный цех",
        "номер, которого нет у других действующих рабочих мест",
        "Не погашено",
        "Работодатель либо организация, проводившая СОУТ",
        "подписывает и отправляет протокол решения комиссии",
    ):
        assert words in text, words
    assert f'name="flag" value="{flag.pk}"' in text
    assert "Создать протокол комиссии" in text
    assert "Создать протокол по всем признакам отчёта" in text


@pytest.mark.usefixtures("trusted")
def test_a_cleared_flag_names_its_protocol(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.frozen(head, flags)
    sign_and_send(protocol, control.signed(bytes(protocol.document), head), acting=head)
    text = page(head)
    assert f"погашено протоколом № 1 от {protocol.date:%d.%m.%Y}" in text
    assert reverse("violations:protocol", args=[protocol.uid]) in text
    assert 'name="flag"' not in text


def test_a_flag_in_a_draft_says_so(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    text = page(head)
    assert "в протоколе № 1</a>, не отправлен" in text
    assert reverse("violations:protocol", args=[protocol.uid]) in text


def test_filters(employer: Organization, head: Acting) -> None:
    report, flags = control.not_unique(employer, places=3)
    Flag.objects.filter(pk=flags[0].pk).update(severity="ПРЕД", rule="SOUT-TRM-001")
    Flag.objects.filter(pk=flags[1].pk).update(raised_at=timezone.now() - timedelta(days=40))
    for query, count in [
        ({}, 3),
        ({"report": str(report.number)}, 3),
        ({"report": "1"}, 0),
        ({"rule": "SOUT-UNIQ-001"}, 2),
        ({"severity": "ПРЕД"}, 1),
        ({"by": "К"}, 2),
        ({"by": "П"}, 1),
        ({"state": "open"}, 3),
        ({"state": "cleared"}, 0),
        ({"age": "week"}, 2),
        ({"age": "quarter"}, 1),
        ({"place": "2"}, 1),
        ({"rule": "нет такого"}, 3),
        ({"sort": "rule", "size": "25"}, 3),
    ]:
        assert titles(page(head, **query)) == count, query
    assert "Ничего не найдено" in page(head, state="cleared")


def test_who_sees_which(employer: Organization) -> None:
    branch = Branch.objects.create(organization=employer, kpp="770202002", name="Филиал", esia_oid=78)
    report, _ = control.not_unique(employer)
    control.not_unique(employer, branch=branch)
    assert titles(page(factories.acting(employer, rights=[Right.VIEW_FLAGS]))) == 2
    assert titles(page(factories.acting(employer, branch=branch, rights=[Right.VIEW_FLAGS_BRANCH]))) == 1
    assert titles(page(factories.acting(factories.organization()))) == 0
    bringer = factories.acting(report.organization, rights=[Right.IMPORT_REPORTS])
    text = page(bringer)
    assert titles(text) == 1
    assert 'name="flag"' not in text
    only_branch = page(factories.acting(employer, rights=[Right.VIEW_FLAGS_BRANCH]))
    assert titles(only_branch) == 0
    assert "выберите филиал" in only_branch


def test_without_the_right(employer: Organization) -> None:
    client = factories.sign_in(Client(), factories.acting(employer, rights=[Right.SETTINGS]))
    assert client.get(URL).status_code == 403
    assert client.post(URL).status_code == 405


def test_a_page_costs_the_same_for_one_and_for_many(employer: Organization, head: Acting) -> None:
    client = factories.sign_in(Client(), head)
    counts = []
    for places in (1, 30):
        control.not_unique(employer, places=places)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(URL, {"size": "100"})
        counts.append(len([q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SET TRANSACTION"))]))
    assert counts[0] == counts[1] <= MOST_QUERIES, [q["sql"][:150] for q in queries]


def test_texts_of_a_report_are_text(employer: Organization, head: Acting) -> None:
    report = control.employer_report(employer)
    factories.workplace(report, number='0"><script>alert(1)</script>', position="<img src=x>", subunit="<b>")
    control.raise_flags(report)
    text = page(head)
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert" in text
