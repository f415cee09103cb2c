"""A link that a page shows opens for the person who reads the page: every href, by every right that opens the page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Branch, Organization
from accounts.rights import Kind, Right
from sout_reports.models import SoutReport, Workplace
from tests import factories
from tests.test_permissions import TABLE
from tests.violations import control
from violations.flags.models import Flag
from violations.protocols.models import CommissionProtocol

pytestmark = pytest.mark.django_db

USED = {code for admits, _ in TABLE.values() if isinstance(admits, tuple) for code in admits}
EMPLOYERS = [right for right in Right if right.kinds == (Kind.EMPLOYER,) and right in USED] + [Right.SETTINGS]
HREF = re.compile(r'<a [^>]*href="([^"]*)"')


class Scene:
    """An employer's flags in every condition: open, in a draft, in a frozen protocol, cleared; of the whole and of a branch."""

    def __init__(self, head: Acting) -> None:
        self.employer = head.organization
        self.branch = Branch.objects.create(
            organization=self.employer, esia_oid=77, name="Филиал в г. Пробном", kpp="770102001"
        )
        control.sent(head)
        self.report, flags = control.not_unique(self.employer, places=4)
        self.draft = control.drafted(head, flags[:1])
        self.frozen = control.frozen(head, flags[1:2])
        self.of_branch, branch_flags = control.not_unique(self.employer, places=3, branch=self.branch)
        manager = factories.acting(self.employer, branch=self.branch)
        control.frozen(manager, branch_flags[:1])
        control.drafted(head, branch_flags[1:2])
        Workplace.objects.update(fragment=factories.fragments()["card"])
        self.applied = CommissionProtocol.objects.get(state="applied")
        self.cleared_report = SoutReport.objects.get(pk=Flag.objects.get(protocol=self.applied).report_id)

    def addresses(self) -> list[str]:
        reports = [self.cleared_report, self.report, self.of_branch]
        flags = Flag.objects.filter(report__employer=self.employer)
        protocols = CommissionProtocol.objects.filter(employer=self.employer)
        named = [("sout_reports:reports", []), ("sout_reports:brought", []), ("violations:flags", [])]
        named += [("violations:protocols", []), ("violations:rules", [])]
        for name in ("violations:expertise", *(f"sout_reports:{each}" for each in ("report", "workplaces", "history"))):
            named += [(name, [report.uid]) for report in reports]
        named += [("sout_reports:workplace", [report.uid, 1]) for report in reports]
        named += [("violations:flag", [flag.pk]) for flag in flags]
        for name in ("protocol", "protocol_edit", "protocol_preview", "protocol_sign"):
            named += [(f"violations:{name}", [protocol.uid]) for protocol in protocols]
        return [reverse(name, args=args) for name, args in named]


@pytest.fixture
def scene(employer: Organization, head: Acting) -> Scene:
    return Scene(head)


def broken(who: Acting, scene: Scene) -> tuple[list[str], int]:
    """«page → link: status» of every link that does not open, and how many links were tried."""
    client = factories.sign_in(Client(), who)
    answers: dict[str, int] = {}
    wrong = []
    for address in scene.addresses():
        page = client.get(address)
        if page.status_code != 200 or page.streaming:
            continue
        for href in HREF.findall(page.content.decode()):
            link = unescape(href)
            if not link.startswith(("/", "?")) or link.startswith("/static/"):
                continue
            link = address + link if link.startswith("?") else link
            if link not in answers:
                answer = client.get(link)
                answers[link] = answer.status_code
                if answer.streaming:
                    b"".join(answer.streaming_content)  # to the end, so that the file behind it is closed
            if answers[link] in {403, 404, 405}:
                wrong.append(f"{address} → {link}: {answers[link]}")
    return wrong, len(answers)


@pytest.mark.parametrize("right", EMPLOYERS, ids=str)
def test_every_link_opens_by_the_right_that_opened_the_page(right: Right, scene: Scene) -> None:
    wrong, tried = broken(factories.acting(scene.employer, rights=[right]), scene)
    assert wrong == []
    assert tried


@pytest.mark.parametrize(
    "right", [None, Right.VIEW_FLAGS_BRANCH, Right.VIEW_FLAGS, Right.VIEW_PROTOCOLS, Right.PREPARE_PROTOCOLS]
)
def test_every_link_opens_to_people_of_a_branch(right: Right | None, scene: Scene) -> None:
    who = factories.acting(scene.employer, branch=scene.branch, rights=[right] if right else [])
    wrong, tried = broken(who, scene)
    assert wrong == []
    assert tried


@pytest.mark.parametrize("right", [None, Right.IMPORT_REPORTS])
def test_every_link_opens_to_the_sout_organization(right: Right | None, scene: Scene) -> None:
    SoutReport.objects.filter(employer=scene.employer).update(organization=scene.report.organization)
    wrong, tried = broken(factories.acting(scene.report.organization, rights=[right] if right else []), scene)
    assert wrong == []
    assert tried


def test_who_holds_every_right_finds_the_links(scene: Scene, head: Acting) -> None:
    """The ground of the tests above: nothing was mended by taking links away from everybody."""
    client = factories.sign_in(Client(), head)
    flag = Flag.objects.get(protocol=scene.applied)
    place = reverse("sout_reports:workplace", args=[flag.report.uid, flag.workplace.ordinal])
    protocol = reverse("violations:protocol", args=[scene.applied.uid])
    workplaces = reverse("sout_reports:workplaces", args=[flag.report.uid])
    for page in (place, workplaces):
        note = client.get(page).content.decode()
        assert f'Номер изменён <a href="{protocol}">протоколом № {scene.applied.number}' in note
    assert {place, protocol} <= set(
        HREF.findall(client.get(reverse("violations:flag", args=[flag.pk])).content.decode())
    )
    assert place in client.get(protocol).content.decode()
    expertise = client.get(reverse("violations:expertise", args=[scene.report.uid])).content.decode()
    for each in (scene.draft, scene.frozen):
        assert reverse("violations:protocol", args=[each.uid]) in expertise
    assert reverse("violations:protocol_import") in client.get(reverse("violations:protocols")).content.decode()
