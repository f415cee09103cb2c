"""Which elements may follow which: the content of a complex type as an automaton, with what to say where it breaks.

The automaton is Glushkov's: its states are the places («positions») of element names in the content model, `follow` tells
which places may come next. Finite repetitions are written out, so «from 3 to 6» costs six places.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

START = -1
State = frozenset[int]


@dataclass(slots=True, frozen=True)
class Particle:
    """A piece of a content model: a name, or a sequence or choice of pieces; `most` None means without bound."""

    least: int
    most: int | None
    name: str = ""
    parts: tuple[Particle, ...] = ()
    choice: bool = False


class Step(Enum):
    """What became of a child."""

    FITS = "fits"
    UNKNOWN = "unknown"  # no such name in this content
    SKIPPED = "skipped"  # it fits, but required names before it are missing
    TOO_MANY = "too many"  # the same name once too often
    MISPLACED = "misplaced"  # its place has passed


@dataclass(slots=True)
class _Fragment:
    """A part of the automaton: the places it may begin and end with, and whether it may be empty."""

    first: list[int]
    last: list[int]
    empty: bool


class Automaton:
    """The automaton of one content model. Transitions are kept as they are met."""

    def __init__(self, model: Particle) -> None:
        self.names: list[str] = []
        self.follow: dict[int, list[int]] = {START: []}
        whole = self._build(model)
        self._link([START], whole.first)
        self.ends = frozenset(whole.last) | (frozenset([START]) if whole.empty else frozenset())
        self.known = frozenset(self.names)
        self._next: dict[tuple[State, str], State] = {}
        self.most = _most(model)

    def start(self) -> State:
        """The state before the first child."""
        return frozenset([START])

    def step(self, state: State, name: str) -> State:
        """The state after a child of the name; empty where it may not stand there."""
        key = (state, name)
        after = self._next.get(key)
        if after is None:
            after = frozenset(q for p in state for q in self.follow[p] if self.names[q] == name)
            self._next[key] = after
        return after

    def complete(self, state: State) -> bool:
        """Whether the content may end here."""
        return not state.isdisjoint(self.ends)

    def expected(self, state: State) -> list[str]:
        """The names that may come next, in the order of the schema."""
        return list(dict.fromkeys(self.names[q] for q in sorted({q for p in state for q in self.follow[p]})))

    def way(self, state: State, name: str | None) -> tuple[list[str], int] | None:
        """The shortest row of names missing before a child of the name (None: before the end) and the place reached then.

        None where the name cannot come any more."""
        queue: deque[tuple[int, tuple[str, ...]]] = deque((p, ()) for p in sorted(state))
        seen = set(state)
        while queue:
            place, missing = queue.popleft()
            if name is None and place in self.ends:
                return list(missing), place
            for after in self.follow[place]:
                if name is not None and self.names[after] == name:
                    return list(missing), after
                if after not in seen:
                    seen.add(after)
                    queue.append((after, (*missing, self.names[after])))
        return None

    def _build(self, particle: Particle) -> _Fragment:
        pieces = [self._once(particle) for _ in range(particle.least)]
        if particle.most is None:
            looped = pieces[-1] if pieces else self._once(particle)
            self._link(looped.last, looped.first)
            if not pieces:
                pieces = [_Fragment(looped.first, looped.last, empty=True)]
        else:
            for _ in range(particle.most - particle.least):
                piece = self._once(particle)
                pieces.append(_Fragment(piece.first, piece.last, empty=True))
        return self._row(pieces)

    def _once(self, particle: Particle) -> _Fragment:
        if particle.name:
            place = len(self.names)
            self.names.append(particle.name)
            self.follow[place] = []
            return _Fragment([place], [place], empty=False)
        built = [self._build(part) for part in particle.parts]
        if not particle.choice:
            return self._row(built)
        first = [place for piece in built for place in piece.first]
        last = [place for piece in built for place in piece.last]
        return _Fragment(first, last, empty=not built or any(piece.empty for piece in built))

    def _row(self, pieces: list[_Fragment]) -> _Fragment:
        first: list[int] = []
        last: list[int] = []
        empty = True
        for piece in pieces:
            self._link(last, piece.first)
            first = first + piece.first if empty else first
            last = last + piece.last if piece.empty else piece.last
            empty = empty and piece.empty
        return _Fragment(first, last, empty)

    def _link(self, places: list[int], after: list[int]) -> None:
        for place in places:
            row = self.follow[place]
            row.extend(q for q in after if q not in row)


def _most(particle: Particle) -> dict[str, int | None]:
    """How often each name may occur at most; None: without bound."""
    if particle.name:
        return {particle.name: particle.most}
    total: dict[str, int | None] = {}
    for part in particle.parts:
        for name, most in _most(part).items():
            before = total.get(name, 0)
            both = None if before is None or most is None else before + most
            total[name] = max(before or 0, most or 0) if particle.choice and both is not None else both
    if particle.most == 1:
        return total
    return {n: None if m is None or particle.most is None else m * particle.most for n, m in total.items()}


class Walk(Protocol):
    """Children of one element, told one by one."""

    missing: list[str]

    def child(self, name: str) -> Step:
        """What the next child is. After SKIPPED, `missing` holds the names left out before it."""

    def end(self) -> list[str]:
        """The required names that are missing at the end."""

    def expected(self) -> list[str]:
        """The names that may come next."""


@dataclass(slots=True)
class OrderedWalk:
    """A walk along an automaton, with recovery: one mistake is not reported as ten."""

    automaton: Automaton
    state: State = field(default_factory=frozenset)
    last: str = ""
    missing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = self.automaton.start()

    def child(self, name: str) -> Step:
        """See `Walk`."""
        after = self.automaton.step(self.state, name)
        if after:
            self.state = after
            self.last = name
            return Step.FITS
        if name not in self.automaton.known:
            return Step.UNKNOWN
        way = self.automaton.way(self.state, name)
        if way is not None:
            self.missing, place = way
            self.state = frozenset([place])
            self.last = name
            return Step.SKIPPED
        return Step.TOO_MANY if name == self.last else Step.MISPLACED

    def end(self) -> list[str]:
        """See `Walk`."""
        if self.automaton.complete(self.state):
            return []
        way = self.automaton.way(self.state, None)
        return way[0] if way else []

    def expected(self) -> list[str]:
        """See `Walk`."""
        return self.automaton.expected(self.state)


@dataclass(slots=True)
class AnyOrderWalk:
    """A walk through an `xs:all`: every name at most once, in any order. `required`: name → whether it must occur."""

    required: dict[str, bool]
    seen: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)

    def child(self, name: str) -> Step:
        """See `Walk`."""
        if name not in self.required:
            return Step.UNKNOWN
        if name in self.seen:
            return Step.TOO_MANY
        self.seen.add(name)
        return Step.FITS

    def end(self) -> list[str]:
        """See `Walk`."""
        return [name for name, required in self.required.items() if required and name not in self.seen]

    def expected(self) -> list[str]:
        """See `Walk`."""
        return [name for name in self.required if name not in self.seen]
