"""How the journal reads. Each app says for its own verbs how they sound and under which theme they stand, and for its own
objects how they are called and where they are opened; history pages and the journals of people and organizations share it.

    register_sentence("report.refused", lambda facts: f"Отказано в приёме, ошибок: {facts.get('problems', 0)}.")
    register_theme("Отчёты СОУТ", "report")
    register_subjects("sout_reports.soutreport", named, found)

A sentence gets the event's payload; pages that know the people's names add `person`: whom the event is about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.journal.models import Event

Facts = Mapping[str, Any]
Sentence = Callable[[Facts], str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about, as a link: `url` "" where the reader has no page of it."""

    label: str
    url: str = ""


# named(acting, ids) → id: Subject, of those that this reader may open; at most one query
Named = Callable[[Any, Collection[str]], Mapping[str, Subject]]
# found(acting, text) → ids of those called `text` that this reader may open; at most one query
Found = Callable[[Any, str], Collection[str]]


@dataclass(frozen=True, slots=True)
class Theme:
    """`prefixes`: what stands before the dot of its verbs; the first one is the theme's code in addresses."""

    label: str
    prefixes: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.prefixes[0]


_sentences: dict[str, Sentence] = {}
_themes: list[Theme] = []
_subjects: dict[str, tuple[Named, Found]] = {}


def register_sentence(verb: str, sentence: str | Sentence) -> None:
    """How a verb reads: a sentence with a full stop, or a function of the event's payload that makes one."""
    _sentences[verb] = sentence if callable(sentence) else lambda _facts, said=sentence: said  # type: ignore[misc]  # a default argument


def register_theme(label: str, *prefixes: str) -> None:
    """Verbs of these prefixes stand under `label` in the filter of a journal; the same label again takes more prefixes in.

    Raises ValueError for a prefix that stands under another label.
    """
    taken = {prefix: each.label for each in _themes for prefix in each.prefixes}
    for prefix in prefixes:
        if taken.get(prefix, label) != label:
            raise ValueError(f"«{prefix}» stands under «{taken[prefix]}» already")
    former = next((each for each in _themes if each.label == label), Theme(label, ()))
    kept = [each for each in _themes if each.label != label]
    _themes[:] = [*kept, Theme(label, tuple(dict.fromkeys((*former.prefixes, *prefixes))))]


def register_subjects(model: str, named: Named, found: Found) -> None:
    """How objects of a model (`app.model`, lower case) are called, opened and looked up."""
    _subjects[model] = (named, found)


def sentence_of(event: Event, **more: Any) -> str:
    """The event in words; `more` is added to its payload. A verb that the code records no more is told by its code."""
    sentence = _sentences.get(event.verb)
    return sentence({**event.payload, **more}) if sentence is not None else f"Действие «{event.verb}»."


def themes() -> list[Theme]:
    """In the order of their labels."""
    return sorted(_themes, key=lambda each: each.label)


def theme_of(verb: str) -> Theme | None:
    prefix = verb.partition(".")[0]
    return next((each for each in _themes if prefix in each.prefixes), None)


def verbs_of(code: str) -> list[str]:
    """The verbs with words that stand under the theme of that code."""
    return [verb for verb in _sentences if (theme := theme_of(verb)) is not None and theme.code == code]


def subjects_of(events: Collection[Event], acting: Any) -> dict[int, Subject]:
    """Event id → its subject, where the reader may open it; one query for each kind of subject among the events."""
    ids: dict[str, set[str]] = {}
    for event in events:
        if event.subject_type in _subjects:
            ids.setdefault(event.subject_type, set()).add(event.subject_id)
    known = {model: _subjects[model][0](acting, wanted) for model, wanted in ids.items()} if acting is not None else {}
    told = {event.pk: known.get(event.subject_type, {}).get(event.subject_id) for event in events}
    return {pk: subject for pk, subject in told.items() if subject is not None}


def subjects_called(text: str, acting: Any) -> dict[str, list[str]]:
    """`app.model` → ids of the objects that are called `text` and that the reader may open; one query for each kind."""
    if acting is None:
        return {}
    answers = {model: list(found(acting, text)) for model, (_, found) in _subjects.items()}
    return {model: found for model, found in answers.items() if found}
