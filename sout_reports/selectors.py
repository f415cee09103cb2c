"""Reads that several pages share: the head of a report's pages, the steps of a check, the history, what a report needs above.

The apps above register what only they know: how many flags the employer can clear (`register_clearable`). How verbs read in
the history is registered with the journal (core.journal.words).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from core.doors import lets_in
from core.jobs.models import Job
from core.jobs.models import State as JobState
from core.journal.models import Event
from core.journal.words import sentence_of
from core.templatetags.formats import counted, filesize_ru
from sout_reports.models import IMPORT, INSPECT, VIEW, SoutReport
from sout_reports.states import State, Verdict

FLAG_WORDS = "признак,признака,признаков"
NOTE_WORDS = "предупреждение,предупреждения,предупреждений"
WORKPLACE_WORDS = "рабочее место,рабочих места,рабочих мест"
HISTORY_MAX = 500
JOB = "report.check"
REPEATED_BY_CLOCK = 4  # times; after that an operator looks first
ALREADY_ACCEPTED = "FILE-ALREADY-ACCEPTED"
# A file refused for one of these is in form: it may not be taken for what it is.
NOT_OF_FORM = frozenset({"FILE-FOREIGN", "FILE-NO-ORIGINAL", ALREADY_ACCEPTED, "SOUT-FMT-003"})

Clearable = Callable[[SoutReport], int]


# --- what apps above tell


_clearable: list[Clearable] = []


def register_clearable(count: Clearable) -> None:
    """`count(report)`: how many of its open violations the employer clears by a commission protocol. Registered once, by
    violations; it costs at most one query."""
    _clearable[:] = [count]


def optional_url(name: str, *args: Any) -> str:
    """The address of a page of an app above, "" where that app is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def flags_url(report: SoutReport) -> str:
    """«Признаки нарушений» of this report."""
    base = optional_url("violations:flags")
    return f"{base}?report={report.number}" if base else ""


def expertise_url(report: SoutReport) -> str:
    """«Протокол электронной экспертизы качества проведения СОУТ»."""
    return optional_url("violations:expertise", report.uid)


def protocol_url(report: SoutReport, uid: object, acting: Any) -> str:
    """The commission protocol that decided on a place of the report; "" where this person may not open it.

    Whoever acts for a branch may open the branch's protocols only, and whose this one is is known to the app above.
    """
    url = optional_url("violations:protocol", uid)
    mine = report.employer_id == acting.organization.pk and acting.branch is None
    return url if url and mine and lets_in(url, acting) else ""


# --- the head of a report's pages


def verdict_counts(report: SoutReport) -> str:
    """«12 признаков, из них 9 погашает работодатель; 3 предупреждения»; empty where nothing is open."""
    said = []
    if report.open_violations:
        words = counted(report.open_violations, FLAG_WORDS)
        clearable = _clearable[0](report) if _clearable else 0
        said.append(f"{words}, из них {clearable} погашает работодатель" if clearable else words)
    if report.open_flags > report.open_violations:
        said.append(counted(report.open_flags - report.open_violations, NOTE_WORDS))
    return "; ".join(said)


def verdict_words(report: SoutReport) -> str:
    """The verdict and its counts in one line: «Не соответствует требованиям: 12 признаков, из них 9 погашает работодатель»."""
    if not report.verdict:
        return ""
    return ": ".join(filter(None, (Verdict(report.verdict).label, verdict_counts(report))))


def replacement_of(report: SoutReport, acting: Any) -> SoutReport | None:
    """The report that took this one's place, if this person may see it."""
    if report.state != State.SUPERSEDED:
        return None
    return SoutReport.objects.visible_to(acting).filter(replaces=report).order_by("pk").first()


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a report's pages; `count` None shows no number."""

    label: str
    url: str
    current: bool
    count: int | None = None


def report_frame(report: SoutReport, acting: Any, current: str) -> dict[str, Any]:
    """Context of `sout_reports/report_base.html`, for every page of one report, those of violations too.

    current: report | workplaces | flags | expertise | history. A tab whose page this person may not open is left out.
    """
    here = reverse("sout_reports:report", args=[report.uid])
    places = reverse("sout_reports:workplaces", args=[report.uid])
    past = reverse("sout_reports:history", args=[report.uid])
    is_employer = report.employer_id == acting.organization.pk
    is_readable = report.is_readable_by(acting)
    wanted = [
        ("report", "Об отчёте", here if is_readable else "", None),
        ("workplaces", "Рабочие места", places if is_readable else "", report.workplaces),
        ("flags", "Признаки нарушений", flags_url(report), report.open_flags),
        ("expertise", "Протокол экспертизы", expertise_url(report), None),
        ("history", "История", past if is_readable else "", None),
    ]
    return {
        "report": report,
        "verdict_counts": verdict_counts(report),
        "replacement": replacement_of(report, acting),
        "report_tabs": [
            Tab(label, url, key == current, count) for key, label, url, count in wanted if url and lets_in(url, acting)
        ],
        "way_here": way_here(report, acting),
        "report_url": here if is_readable else "",
        "is_employer": is_employer,
    }


def way_here(report: SoutReport, acting: Any) -> list[tuple[str, str]]:
    """(label, address) of the lists that lead this person to the report: the employer's, the bringer's, the inspector's."""
    own = acting.organization.pk
    if report.employer_id == own and acting.holds(VIEW):
        return [("Отчёты СОУТ", reverse("sout_reports:reports"))]
    if report.organization_id == own and acting.holds(IMPORT):
        return [("Переданные отчёты", reverse("sout_reports:brought"))]
    if acting.holds(INSPECT) and report.employer is not None:
        known = optional_url("violations:supervised_organization", report.employer.pk)
        steps = [("Поднадзорные организации", optional_url("violations:supervised")), (report.employer.name, known)]
        return [(label, address) for label, address in steps if address]
    return [("Признаки нарушений", address)] if (address := optional_url("violations:flags")) else []


# --- the check as it goes


def check_job(report: SoutReport) -> Job | None:
    """The latest job that checks the report."""
    return Job.objects.of(report).filter(kind=JOB).order_by("-created_at").first()


def is_settled(report: SoutReport) -> bool:
    """Whether the check has said its word."""
    return report.state in {State.ACCEPTED, State.REFUSED, State.SUPERSEDED}


def waits_for_operator(report: SoutReport) -> bool:
    """Whether a stalled check has been repeated by the clock as often as it ever is."""
    if report.state != State.STALLED:
        return False
    failed = Job.objects.of(report).filter(kind=JOB, state=JobState.FAILED).count()
    return failed > REPEATED_BY_CLOCK


def refused_for_form(report: SoutReport) -> bool:
    """Whether a refused file breaks the format; otherwise its form is right, and it may not be taken."""
    codes = {problem["code"] for problem in report.problems}
    return not codes or bool(codes - NOT_OF_FORM)


def is_already_accepted(report: SoutReport) -> bool:
    """Whether a file was refused because the same report had been taken before: there is nothing to mend."""
    return report.state == State.REFUSED and {problem["code"] for problem in report.problems} == {ALREADY_ACCEPTED}


def steps_of(report: SoutReport, job: Job | None) -> list[dict[str, Any]]:
    """What the component `steps` shows: загружен → формат → проверка N из M → готово."""
    loaded = {"label": "Файл загружен", "state": "done", "text": filesize_ru(report.file.size)}
    form: dict[str, Any] = {"label": "Формат и схема"}
    check: dict[str, Any] = {"label": "Проверка рабочих мест"}
    end: dict[str, Any] = {"label": "Готово"}
    if report.state == State.REFUSED and not refused_for_form(report):
        end = {"label": "Приём отчёта", "state": "failed", "text": report.problems[0]["message"]}
        return [loaded, form | {"state": "done"}, check | {"state": "done"}, end]
    if report.state == State.REFUSED:
        form |= {"state": "failed", "text": f"Найдено ошибок: {report.problems_total}"}
        return [loaded, form, check | {"state": "next"}, end | {"state": "next"}]
    if report.state in {State.ACCEPTED, State.SUPERSEDED}:
        text = counted(report.workplaces, WORKPLACE_WORDS)
        return [loaded, form | {"state": "done"}, check | {"state": "done", "text": text}, end | {"state": "done"}]
    if report.state == State.STALLED and (job is None or job.finished):
        by_operator = waits_for_operator(report)
        who = "её повторит администратор системы" if by_operator else "будет повторена сама"
        text = f"Остановлена по вине системы, {who}; файл сохранён"
        return [loaded, form | {"state": "next"}, check | {"state": "failed", "text": text}, end | {"state": "next"}]
    step = job.step if job is not None and not job.finished else ""
    if step in {"", "format"}:
        waiting = "" if step else "В очереди: проверка начнётся, как только освободится место среди идущих проверок"
        return [loaded, form | {"state": "now", "text": waiting}, check | {"state": "next"}, end | {"state": "next"}]
    assert job is not None  # it has a step
    check |= {"state": "now"} | _progress(job)
    return [loaded, form | {"state": "done"}, check, end | {"state": "next"}]


def _progress(job: Job) -> dict[str, Any]:
    """Done of total while workplaces are counted; words while the report-wide rules run."""
    if job.step == "rules":
        return {"text": "Рабочие места прочитаны, сверяем отчёт с реестрами"}
    if job.total and job.done <= job.total:
        return {"done": job.done, "total": job.total}
    return {"text": f"Проверено: {counted(job.done, WORKPLACE_WORDS)}"}


# --- history


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the history: when, who (a person of the reader's own organization, or an organization), what."""

    at: datetime
    who: str
    text: str


SYSTEM = "Система"

# Verbs that only say that a worker took the file up: a repeated attempt would fill the page with them.
NOT_TOLD = frozenset({"report.checking"})


def history_of(report: SoutReport, acting: Any) -> list[Moment]:
    """The report's own events as this person may see them, latest first.

    The journal shows an organization its own events only; what the other side did is told from the report's dates.
    """
    events = Event.objects.visible_to(acting).about(report).exclude(verb__in=NOT_TOLD).select_related("actor")
    latest = list(events.order_by("-id")[:HISTORY_MAX])
    lines = [_moment(event) for event in latest]
    lines += _milestones(report, told={event.verb for event in latest})
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _moment(event: Event) -> Moment:
    who = str(event.actor) if event.actor is not None else SYSTEM
    return Moment(event.at, who, sentence_of(event))


def _milestones(report: SoutReport, told: set[str]) -> list[Moment]:
    known = [
        ("report.received", report.received_at, report.organization.name, "Файл получен, выдана квитанция."),
        ("report.accepted", report.accepted_at, SYSTEM, "Отчёт принят."),
        ("report.superseded", report.superseded_at, SYSTEM, "Заменён исправленным отчётом."),
    ]
    return [Moment(at, who, text) for verb, at, who, text in known if at is not None and verb not in told]
