"""The simulator without its socket: a request in, an answer out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from simulators.esia import pages, rest
from simulators.esia.faults import Faults
from simulators.esia.keys import SimulatorKeys
from simulators.esia.memory import Asked, Issued, Memory
from simulators.esia.protocol import (
    SHOWN_HERE,
    Client,
    EsiaRefusal,
    Generation,
    Judge,
    asked_organizations,
)
from simulators.esia.tokens import ACCESS_SECONDS, TokenMaker
from simulators.people import MASS_FIRST, Cast, Person

COOKIE = "esia_sim_session"
FOUND_MAX = 20


@dataclass(frozen=True)
class Request:
    """`query` and `form` with the first value of each name."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    cookie: str = ""
    bearer: str = ""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


def html(text: str, status: int = 200, *headers: tuple[str, str]) -> Answer:
    return Answer(status, text.encode(), headers=headers)


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=UTF-8")


def away(address: str, *headers: tuple[str, str]) -> Answer:
    return Answer(302, headers=(("Location", address), *headers))


@dataclass
class Simulator:
    """`back`: the cabinet's address, for the root page and after the sign-out. `clients` by mnemonic."""

    keys: SimulatorKeys
    cast: Cast
    clients: Mapping[str, Client]
    back: str

    def __post_init__(self) -> None:
        self.faults = Faults()
        self.memory = Memory(self.keys.folder / "state.json")
        self.judge = Judge(self.clients, self.keys.authority)
        self.tokens = TokenMaker(self.keys, self.faults)

    def answer(self, request: Request) -> Answer:
        self.memory.counts[request.path] += 1
        routes: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", "/"): self._root,
            ("GET", "/aas/oauth2/ac"): lambda given: self._authorize(given, Generation.V1),
            ("GET", "/aas/oauth2/v2/ac"): lambda given: self._authorize(given, Generation.V2),
            ("POST", "/aas/oauth2/te"): lambda given: self._token(given, Generation.V1),
            ("POST", "/aas/oauth2/v3/te"): lambda given: self._token(given, Generation.V2),
            ("GET", "/login"): self._login_page,
            ("POST", "/login"): self._login,
            ("POST", "/consent"): self._consent,
            ("GET", "/idp/ext/Logout"): self._logout,
            ("POST", "/simulator/faults"): self._change_faults,
            ("POST", "/simulator/reset"): self._reset,
            ("POST", "/simulator/employment"): self._change_employment,
            ("POST", "/simulator/crowd"): self._change_crowd,
            ("GET", "/simulator/counts"): lambda given: as_json(self.memory.counts),
        }
        handler = routes.get((request.method, request.path))
        if handler is not None:
            return handler(request)
        if request.method == "GET" and request.path.startswith("/rs/"):
            return self._rest(request)
        return html(pages.page("Страница не найдена", "<p>Такого адреса у имитатора нет.</p>"), 404)

    # --- pages a browser walks through

    def _root(self, request: Request) -> Answer:
        return html(pages.root(self.cast, self.faults, self.back, self._named("")))

    def _authorize(self, request: Request, generation: Generation) -> Answer:
        query = request.query
        try:
            self.judge.check(query, generation)
            if query.get("response_type") != "code":
                raise EsiaRefusal("007009", "response_type is not code")
        except EsiaRefusal as refusal:
            if refusal.code in SHOWN_HERE:
                return html(pages.refusal(refusal.code, refusal.text), 400)
            return self._back_with_error(query, refusal)
        asked = Asked(dict(query), generation.value)
        oid = self.memory.session(request.cookie)
        if oid in self.cast.people:
            return self._continue(asked, self.cast.people[oid])
        return away(f"/login?{urlencode({'pending': self.memory.ask(asked)})}")

    def _login_page(self, request: Request) -> Answer:
        pending, search = request.query.get("pending", ""), request.query.get("search", "")
        if pending not in self.memory.pending:
            return self._lost()
        return html(pages.login(self._named(search), pending, search))

    def _login(self, request: Request) -> Answer:
        asked = self.memory.pending.get(request.form.get("pending", ""))
        person = self._person(request.form.get("person", ""))
        if asked is None or person is None:
            return self._lost()
        if person.blocked:
            return html(pages.blocked(person, request.form["pending"]), 403)
        cookie = ("Set-Cookie", f"{COOKIE}={self.memory.open_session(person.oid)}; Path=/; HttpOnly; SameSite=Lax")
        return self._continue(asked, person, cookie)

    def _continue(self, asked: Asked, person: Person, *headers: tuple[str, str]) -> Answer:
        """Consent the first time; then the code, unless the person is not of the organization asked about."""
        if not self.memory.consented(asked.query["client_id"], person.oid):
            return html(pages.consent(person, self.memory.ask(asked)), 200, *headers)
        places = {each.organization for each in self.cast.employments_of(person.oid) if not each.blocked}
        if not asked_organizations(asked.query) <= places:
            return self._back_with_error(asked.query, EsiaRefusal("007194", "not an employee"), *headers)
        code = self.memory.issue_code(person.oid, asked)
        return self._back(asked.query, {"code": code, "state": asked.query["state"]}, *headers)

    def _consent(self, request: Request) -> Answer:
        asked = self.memory.pending.pop(request.form.get("pending", ""), None)
        if asked is None:
            return self._lost()
        if request.form.get("answer") != "grant":
            return self._back_with_error(asked.query, EsiaRefusal("007004", "the person has denied access"))
        oid = self.memory.session(request.cookie)
        if oid not in self.cast.people:
            return self._lost()
        self.memory.consent(asked.query["client_id"], oid)
        return self._continue(asked, self.cast.people[oid])

    def _logout(self, request: Request) -> Answer:
        self.memory.close_session(request.cookie)
        client = self.clients.get(request.query.get("client_id", ""))
        wanted = request.query.get("redirect_url", "")
        allowed = client is not None and client.allows(wanted)
        return away(wanted if allowed else "/", ("Set-Cookie", f"{COOKIE}=; Path=/; Max-Age=0"))

    # --- what the cabinet's server asks

    def _token(self, request: Request, generation: Generation) -> Answer:
        form = request.form
        try:
            self.judge.check(form, generation)
            if form.get("grant_type") != "authorization_code":
                raise EsiaRefusal("007012", "grant_type is not authorization_code")
            issued = self.memory.take_code(form.get("code", ""))
            if issued is None:
                raise EsiaRefusal("007011", "the code is invalid, expired or used")
            asked = issued.asked
            same = all(asked.query.get(name) == form.get(name) for name in ("client_id", "redirect_uri"))
            if not same or asked.generation != generation.value:
                raise EsiaRefusal("007011", "the code is of another request")
        except EsiaRefusal as refusal:
            body = {"error": refusal.error, "error_description": refusal.description, "state": form.get("state", "")}
            return as_json(body, 400)
        return as_json(self._tokens_of(issued, form["state"]))

    def _tokens_of(self, issued: Issued, state: str) -> dict[str, Any]:
        query = issued.asked.query
        plain = [scope if "?" in scope else f"{scope}?oid={issued.oid}" for scope in query["scope"].split()]
        scopes = plain + query.get("scope_org", "").split()
        answer = self.tokens.answer(self.cast.people[issued.oid], query["client_id"], scopes, state)
        ends = issued.ends + ACCESS_SECONDS
        self.memory.keep_token(answer["access_token"], Issued(issued.oid, issued.asked, ends, tuple(scopes)))
        return answer

    def _rest(self, request: Request) -> Answer:
        token = self.memory.token(request.bearer)
        if token is None:
            return as_json({"code": "ESIA-005010", "message": "invalidToken"}, 401)
        status, body = rest.answer(self.cast, request.path, request.query, token)
        return as_json(body, status)

    # --- switches

    def _change_faults(self, request: Request) -> Answer:
        try:
            self.faults.change(request.form)
        except ValueError as problem:
            return as_json({"error": str(problem)}, 400)
        return as_json(dataclasses.asdict(self.faults))

    def _reset(self, request: Request) -> Answer:
        """Switches off, employments as in the cast, nobody signed in, nobody has consented."""
        from simulators.people import demo_cast

        self.faults.reset()
        self.memory.forget()
        self.cast = demo_cast()
        return as_json({})

    def _change_employment(self, request: Request) -> Answer:
        """person, organization, and chief, admin, blocked (1 or 0), branch (its id, 0 for none), or gone=1."""
        form = request.form
        who, where = int(form["person"]), int(form["organization"])
        changes: dict[str, Any] = {name: form[name] == "1" for name in ("chief", "admin", "blocked") if name in form}
        if "branch" in form:
            changes["branch"] = int(form["branch"]) or None
        kept = []
        for each in self.cast.employments:
            if (each.person, each.organization) != (who, where):
                kept.append(each)
            elif form.get("gone") != "1":
                kept.append(dataclasses.replace(each, **changes))
        self.cast = dataclasses.replace(self.cast, employments=tuple(kept))
        return as_json({})

    def _change_crowd(self, request: Request) -> Answer:
        """size: how many workers without a part in the story the plant has."""
        from simulators.people import demo_cast

        self.cast = demo_cast(int(request.form["size"]))
        return as_json({"people": len(self.cast.people)})

    # --- small things

    def _named(self, search: str) -> list[Person]:
        """Those with a part in the story; by a surname also the workforce."""
        wanted = search.strip().casefold()
        if not wanted:
            return [person for person in self.cast.people.values() if person.oid < MASS_FIRST]
        found = [person for person in self.cast.people.values() if wanted in person.full_name.casefold()]
        return found[:FOUND_MAX]

    def _person(self, text: str) -> Person | None:
        return self.cast.people.get(int(text)) if text.isdecimal() else None

    def _lost(self) -> Answer:
        text = (
            f'<p>Запрос на вход не найден или устарел. Начните вход заново: <a href="{self.back}">{self.back}</a>.</p>'
        )
        return html(pages.page("Начните вход заново", text), 400)

    def _back_with_error(self, query: Mapping[str, str], refusal: EsiaRefusal, *headers: tuple[str, str]) -> Answer:
        values = {"error": refusal.error, "error_description": refusal.description, "state": query.get("state", "")}
        return self._back(query, values, *headers)

    def _back(self, query: Mapping[str, str], values: Mapping[str, str], *headers: tuple[str, str]) -> Answer:
        address = query["redirect_uri"]
        return away(f"{address}{'&' if '?' in address else '?'}{urlencode(values)}", *headers)
