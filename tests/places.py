"""Three places of the permission matrix, each with one of every object: a head office, its branch, a foreign employer.

Unlike tests.world, every side is an organization of its own: the employer, who brought its reports, who supervises it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.signing import TimestampSigner

from accounts.acting import Acting
from accounts.models import AccessRequest, Branch, Organization, SignInSession
from core.notifications import links
from core.notifications.actions import tell
from core.notifications.addresses import add_copy_address
from core.notifications.models import Topic
from registries.actions import receive_register
from sout_reports.models import SoutReport
from sout_reports.states import State
from tests import factories
from tests.signatures import papers
from tests.violations import control, letters
from violations.inspection.actions import answer, ask
from violations.protocols.actions import keep_member

MEMBER = {"last_name": "Пробнова", "first_name": "Ольга", "middle_name": "", "position": "Главный инженер"}


@dataclass
class Place:
    """`branch` None: the head office. `inspector` wrote the messages and uploaded the registers. `objects`: what stands in
    the path of a URL, by kind, as in tests.world."""

    employer: Organization
    branch: Branch | None
    sout: Organization
    inspector: Acting
    admin: Acting  # the person to whom the personal objects (grant, session) belong
    objects: dict[str, tuple[Any, ...]]

    @property
    def region(self) -> str:
        return self.employer.region


def make_place(
    employer: Organization, branch: Branch | None, brought_by: Acting, inspector: Acting, keeper: Acting
) -> Place:
    """`keeper` keeps the registers; the employer's own inspector is of one region and may not."""
    admin = factories.acting(employer, branch=branch)
    objects = _reports(admin, brought_by, inspector) | _messages(admin, inspector) | _register(keeper) | _access(admin)
    return Place(employer, branch, brought_by.organization, inspector, admin, objects)


def _reports(admin: Acting, brought_by: Acting, inspector: Acting) -> dict[str, tuple[Any, ...]]:
    report, flags = control.not_unique(admin.organization, places=4, branch=admin.branch)
    SoutReport.objects.filter(pk=report.pk).update(organization=brought_by.organization)
    report.places.update(fragment=factories.fragments()["card"])
    measurement = report.protocols.create(
        ordinal=1, number="1", factor=4, factor_name="Шум", conditions="2", fragment=factories.fragments()["protocol"]
    )
    refused = factories.report(employer=None, by=brought_by, state=State.REFUSED)
    ask(flags[2], text="Поясните номер рабочего места.", days=5, acting=inspector)
    said = answer(flags[2], text="Исправим.", files=[("приказ.txt", BytesIO("Приказ".encode()))], acting=admin)
    commission = control.commission_frozen(admin, control.not_unique(admin.organization, branch=admin.branch)[1])
    return {
        "report": (report.uid,),
        "refused": (refused.uid,),
        "refused csv": (refused.uid, "csv"),
        "place": (report.uid, report.places.get(ordinal=1).ordinal),
        "measurement": (report.uid, measurement.ordinal),
        "flag": (flags[0].pk,),
        "draft": (control.drafted(admin, flags[:1]).uid,),
        "frozen": (control.frozen(admin, flags[1:2]).uid,),
        "opinion": (control.opinion_of(admin, commission, "Примеров Пётр").uid,),
        "signature": (control.signed_and_sent(admin, flags[3:4]).signature_id,),
        "check": (uuid.uuid4(),),  # of somebody's browser
        "attachment": (said.attachments.get().uid,),
        "organization": (admin.organization.pk,),
    }


def _messages(admin: Acting, inspector: Acting) -> dict[str, tuple[Any, ...]]:
    to = admin.branch or admin.organization
    message = letters.sent(inspector, to, files=(letters.upload(),))
    letter = letters.one(message)
    letters.answered(letter, admin)
    return {
        "message draft": (letters.drafted(inspector, to).uid,),
        "message": (message.uid,),
        "letter": (letter.uid,),
        "thread": (message.uid, letter.uid),
        "message file": (message.attachments.get().pk,),
    }


def _register(keeper: Acting) -> dict[str, tuple[Any, ...]]:
    received = receive_register(BytesIO(b'{"experts": []}'), name="registers.json", actor=keeper)
    return {"register import": (received.uid,)}


def _access(admin: Acting) -> dict[str, tuple[Any, ...]]:
    address = add_copy_address(admin, email="safety@plant.example", topics=["flags"])
    colleague = factories.acting(admin.organization, branch=admin.branch, rights=["sout.view_reports"])
    asked = AccessRequest.objects.create(
        user=colleague.user, organization=admin.organization, branch=admin.branch, right="declarations.view"
    )
    notice = tell(
        admin.organization,
        branch=admin.branch,
        text="Поступил отчёт СОУТ.",
        url="/home/",
        action="Открыть",
        key=f"place:{admin.grant.pk}",
        topic=Topic.REPORTS,
        why="Проба",
    )
    return {
        "address": (address.pk,),
        "confirm token": (TimestampSigner(salt=links.CONFIRM).sign(str(address.pk)),),
        "stop token": (TimestampSigner(salt=links.STOP).sign(str(address.pk)),),
        "kept member": (keep_member(MEMBER, acting=admin).pk,),
        "colleague": (colleague.grant.pk,),
        "request": (asked.pk,),
        "notice": (notice.pk,),
        "grant": (admin.grant.pk,),
        "session": (SignInSession.objects.create(user=admin.user).pk,),
        "power": (papers.kept(admin).uid,),
        "power draft": (papers.drafted(admin).uid,),
    }
