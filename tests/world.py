"""An organization with one of everything that pages show, and another with nothing of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.signing import TimestampSigner
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import AccessRequest, Inspectorate, SignInSession
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
from violations.flags.models import Flag
from violations.inspection.actions import answer, ask
from violations.protocols.actions import keep_member


@dataclass
class World:
    """`objects`: what stands in the path of a URL, by kind. `other_keeper` keeps the registers for another body."""

    admin: Acting
    other: Acting
    other_keeper: Acting
    objects: dict[str, tuple[Any, ...]]

    def url(self, name: str, kind: str, *, absent: bool = False) -> str:
        """The URL `name` with the object of a kind in its path, or with one that does not exist."""
        if not kind:
            return reverse(name)
        values = self.objects[kind]
        if absent:
            first = uuid.uuid4() if isinstance(values[0], uuid.UUID) else 999_999_999
            values = (first, *values[1:])
        return reverse(name, args=values)


def make_world() -> World:
    """The organization is an employer, a SOUT organization and an inspectorate at once, so that all its objects have one owner."""
    home = factories.sout_organization(region="77", is_inspectorate=True, inspectorate=Inspectorate.FEDERAL)
    admin = factories.acting(home)
    report, flags = control.not_unique(home, places=4)
    SoutReport.objects.filter(pk=report.pk).update(organization=home)
    place = report.places.first()
    report.places.update(fragment=factories.fragments()["card"])
    measurement = report.protocols.create(
        ordinal=1, number="1", factor=4, factor_name="Шум", conditions="2", fragment=factories.fragments()["protocol"]
    )
    refused = factories.report(employer=None, by=admin, state=State.REFUSED)
    draft = control.drafted(admin, flags[:1])
    frozen = control.frozen(admin, flags[1:2])
    commission = control.commission_frozen(admin, control.not_unique(home)[1])
    address = add_copy_address(admin, email="safety@plant.example", topics=["flags"])
    member = keep_member(
        {"last_name": "Пробнова", "first_name": "Ольга", "middle_name": "", "position": "Главный инженер"}, acting=admin
    )
    notice = tell(
        home,
        text="Поступил отчёт СОУТ.",
        url="/home/",
        action="Открыть",
        key="world:1",
        topic=Topic.REPORTS,
        why="Проба",
    )
    signer = TimestampSigner(salt=links.CONFIRM), TimestampSigner(salt=links.STOP)
    message = letters.sent(admin, home, files=(letters.upload(),))
    letter = letters.one(message)
    letters.answered(letter, admin)
    colleague = factories.acting(home, rights=["sout.view_reports"])
    asked = AccessRequest.objects.create(user=colleague.user, organization=home, right="declarations.view")
    inspection_objects = made_by_inspection(admin, flags[2])
    objects = inspection_objects | {
        "address": (address.pk,),
        "confirm token": (signer[0].sign(str(address.pk)),),
        "stop token": (signer[1].sign(str(address.pk)),),
        "kept member": (member.pk,),
        "notice": (notice.pk,),
        "report": (report.uid,),
        "refused": (refused.uid,),
        "refused csv": (refused.uid, "csv"),
        "place": (report.uid, place.ordinal),
        "measurement": (report.uid, measurement.ordinal),
        "flag": (flags[0].pk,),
        "signature": (control.signed_and_sent(admin, flags[3:4]).signature_id,),
        "check": (uuid.uuid4(),),  # of somebody's browser
        "draft": (draft.uid,),
        "frozen": (frozen.uid,),
        "opinion": (control.opinion_of(admin, commission, "Примеров Пётр").uid,),
        "grant": (admin.grant.pk,),
        "colleague": (colleague.grant.pk,),
        "request": (asked.pk,),
        "session": (SignInSession.objects.create(user=admin.user).pk,),
        "power": (papers.kept(admin).uid,),
        "power draft": (papers.drafted(admin).uid,),
        "message draft": (letters.drafted(admin, home).uid,),
        "message": (message.uid,),
        "letter": (letter.uid,),
        "thread": (message.uid, letter.uid),
        "message file": (message.attachments.get().pk,),
    }
    regional = {"is_inspectorate": True, "inspectorate": Inspectorate.TERRITORIAL, "region": "78"}
    other = factories.acting(factories.sout_organization(**regional))
    return World(admin, other, factories.acting(factories.inspectorate(Inspectorate.OPERATOR)), objects)


def made_by_inspection(admin: Acting, flag: Flag) -> dict[str, tuple[Any, ...]]:
    """What an inspector's pages show: an attachment of an explanation, an uploaded register, a supervised organization."""
    ask(flag, text="Поясните номер рабочего места.", days=5, acting=admin)
    said = answer(flag, text="Номер исправим.", files=[("приказ.txt", BytesIO("Приказ".encode()))], acting=admin)
    received = receive_register(BytesIO(b'{"experts": []}'), name="registers.json", actor=admin)
    return {
        "attachment": (said.attachments.get().uid,),
        "register import": (received.uid,),
        "organization": (admin.organization.pk,),
    }
