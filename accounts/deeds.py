"""What people did, as the journal tells it to themselves («Мои действия») and to who manages access («Журнал организации»)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Grant, Organization, User
from accounts.names import is_called, typed_names
from accounts.rights import Right
from core.journal.models import Event
from core.journal.words import Subject, sentence_of, subjects_called, subjects_of, theme_of, verbs_of
from core.templatetags.formats import MOSCOW, ru_datetime

SYSTEM = "Система"
PERSON_TYPE, GRANT_TYPE = User._meta.label_lower, Grant._meta.label_lower
AT_ONCE = 500  # events whose names and objects are looked up together in an export

Events = QuerySet[Event]
Names = dict[tuple[int, int | None], str]  # (user id, organization id or None) → what he is called there


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of a journal. `subject` None: there is none, or the reader has no right to it."""

    number: int
    at: datetime
    who: str
    organization: str
    text: str
    theme: str
    verb: str
    subject: Subject | None


# --- whose events


def own_events(user: User) -> Events:
    """What this person did, for whatever organization, and what he did for none (signing in and out)."""
    return Event.objects.filter(actor=user)


def organization_events(acting: Acting | None) -> Events:
    """The acting organization's events, for who manages access in it; of a branch what was done for the branch, and every event
    about access to it, whoever gave or took it."""
    if acting is None or not acting.holds(Right.ACCESS):
        return Event.objects.none()
    events = Event.objects.visible_to(acting)
    if acting.branch is None:
        return events
    here = Grant.objects.filter(organization=acting.organization, branch=acting.branch)
    about = Q(subject_type=GRANT_TYPE, subject_id__in=here.annotate(text=Cast("pk", CharField())).values("text"))
    return events.filter(Q(branch=acting.branch) | about)


# --- narrowing


def since(events: Events, day: str) -> Events:
    """From this Moscow day on, «2026-11-21»."""
    return events.filter(at__gte=_midnight(date.fromisoformat(day)))


def until(events: Events, day: str) -> Events:
    """To the end of this Moscow day."""
    last = date.fromisoformat(day)
    return events if last == date.max else events.filter(at__lt=_midnight(last + timedelta(days=1)))


def of_theme(events: Events, code: str) -> Events:
    return events.filter(verb__in=verbs_of(code))


def by_whom(events: Events, text: str) -> Events:
    """By a part of what the actor is called in the event's organization."""
    return events.filter(is_called(text, OuterRef("organization"), user="actor", name_key="actor__name_key"))


def about_what(acting: Acting) -> Any:
    """A narrowing by what an event is about: a report or protocol by its number, a person by a part of his name."""

    def narrow(events: Events, text: str) -> Events:
        wanted = Q(pk__in=[])
        for model, ids in subjects_called(text, acting).items():
            wanted |= Q(subject_type=model, subject_id__in=ids)
        people = User.objects.visible_to(acting).filter(is_called(text, acting.organization))
        named = list(people.values_list("pk", flat=True)[:200])
        wanted |= Q(subject_type=PERSON_TYPE, subject_id__in=[str(pk) for pk in named])
        return events.filter(wanted | Q(payload__user__in=named))

    return narrow


def organizations_of(user: User) -> list[tuple[str, str]]:
    """(id, name) of the organizations for which the person did something."""
    theirs = Event.objects.filter(actor=user, organization=OuterRef("pk"))
    rows = Organization.objects.filter(Exists(theirs)).order_by("short_name", "pk")
    return [(str(each.pk), each.name) for each in rows]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=MOSCOW)


# --- telling


def deeds_of(events: Collection[Event], acting: Acting | None, known: QuerySet[User]) -> list[Deed]:
    """The events in words; they come with actor and organization.

    known: people whose names the reader may be told. Two queries for the names, one for each kind of object.
    """
    names = _names(events, known)
    subjects = subjects_of(events, acting)
    return [_deed(event, names, subjects.get(event.pk)) for event in events]


def table_of(events: Events, acting: Acting | None, known: QuerySet[User]) -> Iterator[Deed]:
    """All of `events` from the latest on, for an export: through a server-side cursor, a batch of names at a time."""
    events = events.select_related("actor", "organization").order_by("-at", "-pk")
    rows = iter(events.iterator(chunk_size=AT_ONCE))
    while batch := list(islice(rows, AT_ONCE)):
        yield from deeds_of(batch, acting, known)


def colleagues(user: User) -> QuerySet[User]:
    """People of the organizations in which this person has access now: their names are told to him in what he did himself."""
    places = Grant.objects.usable(timezone.now()).filter(user=user)
    return User.objects.filter(Q(pk=user.pk) | Q(grants__organization__in=places.values("organization"))).distinct()


def _deed(event: Event, names: Names, subject: Subject | None) -> Deed:
    theme = theme_of(event.verb)
    about, place = _person_of(event), event.organization_id
    return Deed(
        number=event.pk,
        at=event.at,
        who=names.get((event.actor_id, place), str(event.actor)) if event.actor_id is not None else SYSTEM,
        organization=event.organization.name if event.organization is not None else "",
        text=sentence_of(event, person=names.get((about, place), "")) if about else sentence_of(event),
        theme=theme.label if theme is not None else "",
        verb=event.verb,
        subject=subject,
    )


def _person_of(event: Event) -> int:
    """The id of the person an event is about, 0 where it is about none."""
    user = event.payload.get("user")
    if isinstance(user, int):
        return user
    return int(event.subject_id) if event.subject_type == PERSON_TYPE and event.subject_id.isdigit() else 0


def _names(events: Collection[Event], known: QuerySet[User]) -> Names:
    """The same person may be called differently in two organizations. Actors by their own names are left out."""
    abouts = {(about, event.organization_id) for event in events if (about := _person_of(event))}
    actors = {(event.actor_id, event.organization_id) for event in events if event.actor_id is not None}
    own = {user.pk: str(user) for user in known.filter(pk__in={about for about, _ in abouts})} if abouts else {}
    places = {place for _, place in abouts | actors if place is not None}
    typed = typed_names({user for user, _ in abouts | actors}, places) if places else {}
    names: Names = {(about, place): own[about] for about, place in abouts if about in own}
    # whoever is told no name of a person is told no typed one either
    return names | {key: name for key, name in typed.items() if key in actors or key in names}


HEAD = ("Запись №", "Когда (МСК)", "Кто", "Организация", "Раздел", "Что сделано", "Объект", "Код действия")


def cells_of(deed: Deed) -> list[str]:
    """A line of an export."""
    subject = deed.subject.label if deed.subject is not None else ""
    at = ru_datetime(deed.at).replace("\u00a0(МСК)", "")
    return [str(deed.number), at, deed.who, deed.organization, deed.theme, deed.text, subject, deed.verb]
