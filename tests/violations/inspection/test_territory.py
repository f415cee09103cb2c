"""Who of an inspectorate sees what: the whole country, a region, a branch's region; the same by lists, links and rows."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import EVERY_REGION, Acting
from accounts.models import Branch, Inspectorate, Organization
from accounts.rights import Right
from sout_reports.models import SoutReport
from tests import factories
from tests.violations import control, letters
from tests.violations.inspection.conftest import INSPECTORS_RIGHTS
from violations.flags import selectors
from violations.flags.models import Flag
from violations.inspection.actions import answer, ask
from violations.inspection.models import Explanation, Question
from violations.inspection.selectors import supervised_organizations, supervised_reports
from violations.messages import actions, audience
from violations.messages.models import Message, Recipient

pytestmark = pytest.mark.django_db

RIGHTS = (*INSPECTORS_RIGHTS, Right.SEND_MESSAGES)


def of_branch(kpp: str, kind: Inspectorate = Inspectorate.FEDERAL, region: str = "77") -> Acting:
    """A reviewer of a branch of an inspectorate."""
    body = factories.inspectorate(kind, region=region)
    branch = Branch.objects.create(organization=body, kpp=kpp, name="Территориальный отдел")
    return factories.acting(body, branch=branch, rights=RIGHTS)


def seen(acting: Acting) -> dict[str, set[int]]:
    """Keys of all that an inspector may meet, by kind."""
    return {
        "flags": set(Flag.objects.visible_to(acting).values_list("pk", flat=True)),
        "queue": set(Flag.objects.supervised_by(acting).values_list("pk", flat=True)),
        "reports": set(SoutReport.objects.visible_to(acting).values_list("pk", flat=True)),
        "expertise": set(selectors.reports_with_flags(acting).values_list("pk", flat=True)),
        "supervised": set(supervised_reports(acting).values_list("pk", flat=True)),
        "organizations": set(supervised_organizations(acting).values_list("pk", flat=True)),
        "recipients": set(Organization.objects.supervised_by(acting).values_list("pk", flat=True)),
    }


@pytest.mark.parametrize("kind", [Inspectorate.FEDERAL, Inspectorate.OPERATOR])
def test_who_supervises_the_country_follows_every_link(kind: Inspectorate):
    employer = factories.organization(region="16")
    report, (flag,) = control.not_unique(employer)
    report.places.update(fragment=factories.fragments()["card"])
    place = report.places.get()
    inspector = factories.acting(factories.inspectorate(kind, region="77"), rights=INSPECTORS_RIGHTS)
    assert inspector.supervised == EVERY_REGION
    found = seen(inspector)
    assert all(flag.pk in found[name] for name in ("flags", "queue"))
    assert all(report.pk in found[name] for name in ("reports", "expertise", "supervised"))
    assert all(employer.pk in found[name] for name in ("organizations", "recipients"))
    question = ask(flag, text="Поясните номер рабочего места.", days=5, acting=inspector)
    answer(flag, text="Номер исправим.", files=[], acting=factories.acting(employer))
    assert list(Question.objects.visible_to(inspector)) == [question]
    client = factories.sign_in(Client(), inspector)
    card = reverse("violations:inspect_flag", args=[flag.pk])
    assert client.get(reverse("violations:flag", args=[flag.pk]))["Location"] == card
    text = client.get(card).content.decode()
    assert question.text in text
    assert Explanation.objects.get().text in text
    for name, values in (
        ("violations:supervised_organization", [employer.pk]),
        ("violations:expertise", [report.uid]),
        ("sout_reports:report", [report.uid]),
        ("sout_reports:workplaces", [report.uid]),
        ("sout_reports:workplace", [report.uid, place.ordinal]),
    ):
        assert client.get(reverse(name, args=values)).status_code == 200, name


def test_who_also_brings_reports_sees_the_country_too():
    """One body may be of several kinds: its conditions are joined by «or»."""
    body = factories.sout_organization(is_inspectorate=True, inspectorate=Inspectorate.FEDERAL)
    _, (flag,) = control.not_unique(factories.organization(region="16"))
    assert flag.pk in seen(factories.acting(body))["flags"]


def test_who_acts_for_no_inspectorate_sees_nothing_by_territory():
    _, (flag,) = control.not_unique(factories.organization())
    stranger = factories.acting(factories.organization())
    assert stranger.supervised == ""
    assert not any(seen(stranger).values())
    assert not stranger.supervises(flag.region)
    assert not stranger.supervises("")


@pytest.mark.parametrize(
    ("kind", "kpp", "region"),
    [
        (Inspectorate.FEDERAL, "160101001", "16"),
        (Inspectorate.OPERATOR, "160101001", "16"),
        (Inspectorate.TERRITORIAL, "770143001", "77"),
        (Inspectorate.TERRITORIAL, "160143001", ""),  # a part sees no more than the whole
        (Inspectorate.FEDERAL, "", ""),
        (Inspectorate.FEDERAL, "000043001", ""),
        (Inspectorate.FEDERAL, "997750001", ""),  # an office for the largest taxpayers tells no region
    ],
)
def test_a_branch_supervises_its_own_region(kind: Inspectorate, kpp: str, region: str):
    flags = {}
    for code in ("77", "16"):
        _, (flag,) = control.not_unique(factories.organization(region=code))
        flags[code] = flag
    SoutReport.objects.filter(region="77").first()
    nowhere, _ = control.not_unique(factories.organization(region=""))
    inspector = of_branch(kpp, kind)
    assert inspector.supervised == region
    found = seen(inspector)
    assert found["queue"] == found["flags"] == ({flags[region].pk} if region else set())
    assert nowhere.pk not in found["reports"]
    assert not inspector.supervises("")
    client = factories.sign_in(Client(), inspector)
    for code, flag in flags.items():
        expected = 200 if code == region else 404
        for name, values in (
            ("violations:inspect_flag", [flag.pk]),
            ("violations:supervised_organization", [flag.report.employer_id]),
            ("sout_reports:report", [flag.report.uid]),
        ):
            assert client.get(reverse(name, args=values)).status_code == expected, (code, name)
    assert client.get(reverse("violations:inspect_flags")).status_code == 200
    assert client.get(reverse("violations:supervised")).status_code == 200


def test_a_branchs_messages_are_its_own_and_stay_in_its_region():
    branch = of_branch("160101001")
    whole = factories.acting(branch.organization)
    there, elsewhere = factories.organization(region="16"), factories.organization(region="78")
    of_whole = letters.drafted(whole, there, elsewhere)
    draft = actions.new_draft(acting=branch)
    assert set(Message.objects.visible_to(branch)) == {draft}
    assert set(Message.objects.visible_to(whole)) == {draft, of_whole}
    client = factories.sign_in(Client(), branch)
    assert client.get(reverse("violations:sent_message_edit", args=[of_whole.uid])).status_code == 404
    assert client.get(reverse("violations:sent_message_edit", args=[draft.uid])).status_code == 200
    typed = actions.TypedMessage(subject="О сведениях", text=letters.TEXT)
    draft = actions.save_draft(draft, typed, version=draft.version, acting=branch)
    actions.choose(draft, acting=whole, organizations=[there.pk, elsewhere.pk])
    draft.refresh_from_db()
    assert audience.reach(draft, whole) == 1
    sent = actions.send(draft, version=draft.version, acting=whole)
    letters.work(sent)
    assert letters.one(sent).organization == there
    assert set(Recipient.objects.sent_by(branch)) == {letters.one(sent)}


def test_conditions_of_a_branch_reach_its_region_only():
    branch = of_branch("160101001")
    there = factories.organization(region="16")
    factories.organization(region="78")
    draft = letters.drafted(branch)
    draft = actions.choose_all(draft, acting=branch, filters={})
    sent = actions.send(draft, version=draft.version, acting=branch)
    letters.work(sent)
    assert letters.one(sent).organization == there
