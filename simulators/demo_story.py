"""The demo's story: two employers, two SOUT organizations, reports that conform and reports with flags, one flag cleared.

Everything goes through the same code as real uploads and signatures. Dates are counted back from today. A chapter that has
been told is not told again, so an interrupted loading is simply run once more.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import BinaryIO, cast

from django.conf import settings
from django.utils import timezone

from accounts.acting import Acting, acting_by
from accounts.models import Grant, Organization, User
from core.jobs.models import Job
from core.jobs.tasks import run_job
from registries.importing import import_registers
from simulators.demo_accounts import load_demo_accounts
from simulators.demo_ca import Signer, ensure_demo_ca, sign
from simulators.demo_ca.holders import holder_of_cast, office_certificate
from simulators.demo_ca.trusting import trust_demo_authority
from simulators.demo_messages import tell_messages
from simulators.demo_powers import tell_powers
from simulators.demo_settings import load_demo_settings
from simulators.people import (
    EXPERT_TRUD,
    EXPERT_TRUD_HEAD,
    INSPECTOR,
    INSPECTORATE,
    NORMA,
    NORMA_HEAD,
    TECHNO,
    TECHNO_HEAD,
    ZMZ,
    ZMZ_HEAD,
    ZMZ_SAFETY,
    demo_cast,
)
from simulators.sout_reports import EmployerSpec, ExpertSpec, OrganizationSpec, ReportSpec, registers_of, write_report
from simulators.sout_reports.mutations import MUTATIONS
from sout_reports.actions import receive
from sout_reports.models import SoutReport
from sout_reports.states import State
from violations.flags.models import Flag
from violations.inspection.actions import ask
from violations.inspection.models import Question
from violations.protocols.actions import draft_from_flags, freeze, sign_and_send
from violations.protocols.models import CommissionProtocol
from violations.protocols.states import ProtocolState

NUMBERS_MIX = "SOUT-UNIQ-001"
WRONG_CLASS = "SOUT-CLS-001"
QUESTION = (
    "Итоговый класс условий труда ниже класса по факторам. Поясните, почему он снижен, и приложите протокол оценки"
    " эффективности средств индивидуальной защиты, если он есть."
)
ACCREDITED = date(2016, 9, 1)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One uploaded file. `defect`: the rule that the file must break; `broken`: it is refused."""

    key: str
    spec: ReportSpec
    by: int
    defect: str = ""
    broken: bool = False


def tell(say: Callable[[str], None]) -> None:
    """Load whatever of the story is not there yet."""
    load_demo_accounts()
    load_demo_settings(_acting(ZMZ_HEAD, ZMZ))
    authority = ensure_demo_ca(settings.STATE_DIR)
    trust_demo_authority(authority)
    for power in tell_powers(_acting(ZMZ_HEAD, ZMZ), _signer(ZMZ_HEAD, ZMZ)):
        say(f"{power}: until {power.until}")
    chapters = story(timezone.localdate())
    import_registers(registers_of([each.spec for each in chapters]))
    for chapter in chapters:
        report = _upload(chapter)
        say(f"{chapter.key}: receipt {report.number}, {report.state} {report.verdict}".rstrip())
    protocol = _first_protocol()
    if protocol is not None:
        say(f"protocol {protocol}: {protocol.state}")
    for message in tell_messages(_acting(INSPECTOR, INSPECTORATE), _acting(ZMZ_SAFETY, ZMZ)):
        say(f"message {message.number}: {message.state}")
    question = _first_question()
    if question is not None:
        say(f"question of an inspector: until {question.due_on}")


def story(today: date) -> list[Chapter]:
    """The files in the order in which they came."""
    trusted, suspended = norma(today), _suspended(today)
    plant, office = plant_spec(), office_spec()
    branch = replace(
        plant, kpp="661243001", address="623400, Свердловская область, г. Каменск-Уральский, ул. Мира, д. 5"
    )

    def spec(employer: EmployerSpec, number: int, days_ago: int, **others: object) -> ReportSpec:
        return _spec(employer, number, today - timedelta(days=days_ago), **({"organization": trusted} | others))

    return [
        Chapter("plant conforms", spec(plant, 1, 5, kind="plant", workplaces=24), NORMA_HEAD),
        Chapter(
            "plant office, numbers begin with 1 again",
            spec(plant, 2, 2, workplaces=15, similar=False, previous=False),
            NORMA_HEAD,
        ),
        Chapter("branch conforms", spec(branch, 3, 4, kind="plant", workplaces=8, first_number=101), NORMA_HEAD),
        Chapter(
            "plant, wrong final class",
            spec(plant, 4, 1, kind="plant", workplaces=6, first_number=201, similar=False, previous=False),
            NORMA_HEAD,
            defect="SOUT-CLS-001",
        ),
        Chapter("office conforms", spec(office, 5, 5, workplaces=18, similar=False), NORMA_HEAD),
        Chapter(
            "office, number taken",
            spec(office, 6, 3, kind="clinic", workplaces=4, similar=False, previous=False),
            NORMA_HEAD,
        ),
        Chapter(
            "office, suspended organization",
            spec(office, 7, 0, organization=suspended, workplaces=5, first_number=301),
            EXPERT_TRUD_HEAD,
        ),
        Chapter("refused", spec(office, 8, 0, workplaces=3, first_number=401), NORMA_HEAD, broken=True),
    ]


def _spec(employer: EmployerSpec, number: int, day: date, **others: object) -> ReportSpec:
    values = {"sout_id": str(810_000 + number), "seed": number, "day": day}
    return ReportSpec(employer=employer, **(values | others))  # type: ignore[arg-type]  # named fields of ReportSpec


def _upload(chapter: Chapter) -> SoutReport:
    """The report of a chapter: found by its ИН СОУТ, or uploaded and checked here and now."""
    acting = _acting(chapter.by, NORMA if chapter.by == NORMA_HEAD else EXPERT_TRUD)
    with tempfile.TemporaryFile() as stream:
        _write(cast(BinaryIO, stream), chapter)
        stream.seek(0)
        known = _known(chapter, acting)
        if known is not None:
            return known
        report, _ = receive(stream, name=f"report-{chapter.spec.sout_id}.xml", actor=acting)
    job = Job.objects.of(report).order_by("-created_at").first()
    if job is not None:
        run_job(str(job.pk))
    report.refresh_from_db()
    return report


def _known(chapter: Chapter, acting: Acting) -> SoutReport | None:
    brought = SoutReport.objects.filter(
        organization=acting.organization, file__name=f"report-{chapter.spec.sout_id}.xml"
    )
    finished = brought.filter(state__in=[State.ACCEPTED, State.SUPERSEDED, State.REFUSED])
    return finished.order_by("pk").first()


def _write(stream: BinaryIO, chapter: Chapter) -> None:
    if chapter.broken:
        mutation = MUTATIONS["SOUT-FMT-001"]
        stream.write(mutation.apply(chapter.spec).to_bytes())
    elif chapter.defect:
        stream.write(MUTATIONS[chapter.defect].apply(chapter.spec).to_bytes())
    else:
        write_report(stream, chapter.spec)


def _first_protocol() -> CommissionProtocol | None:
    """The office has already cleared its flags: the protocol of its commission, signed by the head."""
    acting = _acting(TECHNO_HEAD, TECHNO)
    mine = CommissionProtocol.objects.filter(employer=acting.organization)
    done = mine.filter(state=ProtocolState.APPLIED).first()
    if done is not None:
        return done
    draft = mine.filter(state__in=[ProtocolState.DRAFT, ProtocolState.SIGNING]).first()
    if draft is None:
        flags = Flag.objects.open().filter(report__employer=acting.organization, rule=NUMBERS_MIX)
        if not flags.exists():
            return None
        draft = draft_from_flags(flags, acting=acting).protocol
    frozen = freeze(draft, version=draft.version, acting=acting)
    signature = sign(bytes(frozen.document or b""), _signer(TECHNO_HEAD, TECHNO))
    sent = sign_and_send(frozen, signature, acting=acting)
    return sent.protocol


def _first_question() -> Question | None:
    """The inspector of the plant's region has asked about the wrong final class."""
    asked = Question.objects.order_by("pk").first()
    if asked is not None:
        return asked
    flag = Flag.objects.open().filter(rule=WRONG_CLASS, region=demo_cast().organizations[ZMZ].region).first()
    if flag is None:
        return None
    return ask(flag, text=QUESTION, days=10, acting=_acting(INSPECTOR, INSPECTORATE))


def _signer(person: int, organization: int) -> Signer:
    """The key of somebody's certificate of the organization that he heads."""
    authority = ensure_demo_ca(settings.STATE_DIR)
    found = holder_of_cast(demo_cast().people[person].snils)
    assert found is not None  # people of the cast have certificates
    holder, offices = found
    ogrn = demo_cast().organizations[organization].ogrn
    office = next(each for each in offices if each.ogrn == ogrn)
    return authority.signer(office_certificate(authority, holder, office))


def _acting(person: int, organization: int) -> Acting:
    """The head acts by his ЕСИА role once he signs in; the story begins before, with a grant that is not stored."""
    cast = demo_cast()
    user = User.objects.get(snils=cast.people[person].snils)
    where = Organization.objects.get(
        inn=cast.organizations[organization].inn, ogrn=cast.organizations[organization].ogrn
    )
    return acting_by(Grant(user=user, organization=where, is_admin=True), user)


def plant_spec() -> EmployerSpec:
    """АО «ЗМЗ»."""
    return _employer(ZMZ, ("28.41", "25.62"), "Кузнецов Антон Андреевич")


def office_spec() -> EmployerSpec:
    """ООО «Технопроект»."""
    return _employer(TECHNO, ("71.12", "62.01"), "Киселев Павел Петрович")


def _employer(oid: int, okved: Iterable[str], director: str) -> EmployerSpec:
    demo = demo_cast().organizations[oid]
    return EmployerSpec(
        name=demo.full_name,
        short_name=demo.short_name,
        inn=demo.inn,
        ogrn=demo.ogrn,
        kpp=demo.kpp,
        okved=tuple(okved),
        region=demo.region,
        address=demo.address,
        director=director,
        email="ot@employer.example",
    )


def norma(today: date) -> OrganizationSpec:
    """SOUT organization № 417, whose registration and experts are in order today."""
    issued, expires = today - timedelta(days=900), today + timedelta(days=900)
    experts = (
        ExpertSpec("2318", "Ковалева", "Ирина", "Сергеевна", "003 0002318", issued, expires),
        ExpertSpec("4075", "Тарасов", "Денис", "Михайлович", "003 0004075", issued, expires),
    )
    return _organization(NORMA, date(2015, 11, 12), "Захаров Олег Николаевич", experts, ())


def _suspended(today: date) -> OrganizationSpec:
    """Suspended two months ago, in the middle of the work on the report that it sends now."""
    registered, since = date(2017, 6, 1), today - timedelta(days=60)
    issued, expires = today - timedelta(days=800), today + timedelta(days=1000)
    experts = (
        ExpertSpec("2950", "Крылова", "Анна", "Олеговна", "003 0002950", issued, expires),
        ExpertSpec("3311", "Жуков", "Роман", "Игоревич", "003 0003311", issued, expires),
    )
    history = (("active", registered, since - timedelta(days=1)), ("suspended", since, None))
    return _organization(EXPERT_TRUD, registered, "Медведев Игорь Павлович", experts, history)


def _organization(
    oid: int,
    registered: date,
    director: str,
    experts: tuple[ExpertSpec, ...],
    history: tuple[tuple[str, date, date | None], ...],
) -> OrganizationSpec:
    demo = demo_cast().organizations[oid]
    return OrganizationSpec(
        name=demo.full_name,
        short_name=demo.short_name,
        registration_number=demo.sout_number,
        registered=registered,
        inn=demo.inn,
        ogrn=demo.ogrn,
        address=demo.address,
        director=director,
        email="info@sout.example",
        accreditation=f"RA.RU.21УЦ{int(demo.sout_number) % 100:02d}",
        accredited=max(registered, ACCREDITED),
        experts=experts,
        status_history=history,
    )
