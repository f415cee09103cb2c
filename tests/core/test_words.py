"""Every verb that the code records reads as a sentence and stands under a theme."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.journal.models import Event
from core.journal.words import (
    _themes,
    register_theme,
    sentence_of,
    theme_of,
    verbs_of,
)
from tests.local.test_house_limits import REPOSITORY, is_test, modules
from violations.inspection.stepping import step

# Puts «flag.» before the word it was given; its callers are looked at.
HANDS_ON = Path(step.__code__.co_filename)


def recorded_verbs(source: str) -> Iterator[tuple[int, str | None]]:
    """(line, verb) of every `record(verb, …)` and every `event=` of a move; None where the verb cannot be read from the code."""
    tree = ast.parse(source)
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if name in {"record", "record_many"} and call.args:
                yield from ((call.lineno, verb) for verb in constants(call.args[0], function))
            if name == "step":  # of an inspector's review: its journal verb is «flag.<what>»
                whats = [word.value for word in call.keywords if word.arg == "what"]
                yield from ((call.lineno, f"flag.{what}") for each in whats for what in constants(each, function))
            named = name in {"move", "touch"}
            events = [word.value for word in call.keywords if word.arg == "event" and named]
            yield from ((call.lineno, verb) for event in events for verb in constants(event, function))


def constants(node: ast.expr, function: ast.FunctionDef) -> list[str | None]:
    """The strings an expression can be: itself, both sides of a condition, or what its name was given in the function."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return constants(node.body, function) + constants(node.orelse, function)
    if isinstance(node, ast.Name) and node.id in handed_on(function):
        return []  # its callers name it
    if isinstance(node, ast.Name):
        given = [
            each.value
            for each in ast.walk(function)
            if isinstance(each, ast.Assign) and any(getattr(goal, "id", "") == node.id for goal in each.targets)
        ]
        return [verb for value in given for verb in constants(value, function)] or [None]
    return [None]


def handed_on(function: ast.FunctionDef) -> set[str]:
    """Names of verbs that a function takes from its callers, by the keywords that are looked at there."""
    names = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
    return names & {"event"}


def verbs_of_the_code() -> dict[str, str]:
    """Verb → where it is recorded."""
    found = {}
    for path in modules():
        if is_test(path) or path == HANDS_ON:
            continue
        for line, verb in recorded_verbs(path.read_text()):
            place = f"{path.relative_to(REPOSITORY)}:{line}"
            assert verb is not None, f"{place}: the verb cannot be read from the code"
            found[verb] = place
    return found


def test_the_reader_finds_verbs_of_all_shapes():
    source = """
def act(first):
    record("a.one", None, actor=None)
    verb = "a.two" if first else "a.three"
    record(verb, None, actor=None)
    move(row, "go", moves=MOVES, actor=None, event="a.four")
    record(first, None, actor=None)
"""
    assert [verb for _, verb in recorded_verbs(source)] == ["a.one", "a.two", "a.three", "a.four", None]


def said_of(verb: str) -> str:
    return sentence_of(Event(verb=verb, payload={}))


def test_every_recorded_verb_has_words_and_a_theme():
    verbs = verbs_of_the_code()
    assert {"report.accepted", "grant.created", "protocol.applied", "organization.claimed", "file.dropped"} <= set(
        verbs
    )
    assert {verb: place for verb, place in verbs.items() if said_of(verb) == f"Действие «{verb}»."} == {}
    assert {verb: place for verb, place in verbs.items() if theme_of(verb) is None} == {}


def test_sentences_bear_an_empty_payload():
    """Events of earlier versions may lack what is recorded today."""
    for verb in verbs_of_the_code():
        said = said_of(verb)
        assert said.endswith((".", "…")), (verb, said)
        assert "None" not in said, (verb, said)


def test_a_verb_nobody_knows_is_told_by_its_code():
    assert sentence_of(Event(verb="old.gone", payload={})) == "Действие «old.gone»."


def test_a_theme_takes_more_prefixes_and_no_stranger_s():
    before = list(_themes)
    try:
        register_theme("Проба", "probe_one")
        register_theme("Проба", "probe_two")
        assert theme_of("probe_two.done").prefixes == ("probe_one", "probe_two")
        with pytest.raises(ValueError, match="probe_one"):
            register_theme("Другая", "probe_one")
    finally:
        _themes[:] = before
    assert "grant.created" in verbs_of("grant")
