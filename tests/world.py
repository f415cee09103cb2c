"""An organization with one of everything that pages show, and another with nothing of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Inspectorate
from registries.actions import receive_register
from sout_reports.models import SoutReport
from sout_reports.states import State
from tests import factories
from tests.violations import control
from violations.flags.models import Flag
from violations.inspection.actions import answer, ask


@dataclass
class World:
    """`objects`: what stands in the path of a URL, by kind."""

    admin: Acting
    other: Acting
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
    """The organization is an employer and a SOUT organization at once, so that all its objects have one owner."""
    home = factories.sout_organization(is_inspectorate=True, inspectorate=Inspectorate.TERRITORIAL, region="77")
    admin = factories.acting(home)
    report, flags = control.not_unique(home, places=3)
    SoutReport.objects.filter(pk=report.pk).update(organization=home)
    place = report.places.first()
    report.places.update(fragment=factories.fragments()["card"])
    measurement = report.protocols.create(
        ordinal=1, number="1", factor=4, factor_name="Шум", conditions="2", fragment=factories.fragments()["protocol"]
    )
    refused = factories.report(employer=None, by=admin, state=State.REFUSED)
    draft = control.drafted(admin, flags[:1])
    frozen = control.frozen(admin, flags[1:2])
    inspection_objects = made_by_inspection(admin, flags[2])
    objects = inspection_objects | {
        "report": (report.uid,),
        "refused": (refused.uid,),
        "refused csv": (refused.uid, "csv"),
        "place": (report.uid, place.ordinal),
        "measurement": (report.uid, measurement.ordinal),
        "flag": (flags[0].pk,),
        "draft": (draft.uid,),
        "frozen": (frozen.uid,),
        "grant": (admin.grant.pk,),
    }
    elsewhere = factories.sout_organization(is_inspectorate=True, inspectorate=Inspectorate.TERRITORIAL, region="16")
    return World(admin, factories.acting(elsewhere), objects)


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
