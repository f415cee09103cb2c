"""What the simulator remembers. Consents and sessions outlive a restart, codes and tokens do not."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CODE_SECONDS = 180
PENDING_MAX = 1000


@dataclass(frozen=True)
class Asked:
    """An authorization request that passed all checks; `query` as it came, `generation` "v1" or "v2"."""

    query: Mapping[str, str]
    generation: str


@dataclass(frozen=True)
class Issued:
    """A code or a token: for whom, by which request, until when (seconds since the epoch)."""

    oid: int
    asked: Asked
    ends: float
    scopes: tuple[str, ...] = ()


@dataclass
class Memory:
    path: Path
    pending: dict[str, Asked] = field(default_factory=dict)
    codes: dict[str, Issued] = field(default_factory=dict)
    tokens: dict[str, Issued] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _consents: set[str] = field(default_factory=set)
    _sessions: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path.exists():
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            self._consents = set(kept["consents"])
            self._sessions = kept["sessions"]

    def ask(self, asked: Asked) -> str:
        """Keep a request while the person is on our pages; its number."""
        with self.lock:
            if len(self.pending) >= PENDING_MAX:
                self.pending.pop(next(iter(self.pending)))
            number = secrets.token_urlsafe(16)
            self.pending[number] = asked
            return number

    def open_session(self, oid: int) -> str:
        with self.lock:
            cookie = secrets.token_urlsafe(24)
            self._sessions[cookie] = oid
            self._save()
            return cookie

    def session(self, cookie: str) -> int | None:
        return self._sessions.get(cookie)

    def close_session(self, cookie: str) -> None:
        with self.lock:
            if self._sessions.pop(cookie, None) is not None:
                self._save()

    def consented(self, client: str, oid: int) -> bool:
        return f"{client}:{oid}" in self._consents

    def consent(self, client: str, oid: int) -> None:
        with self.lock:
            self._consents.add(f"{client}:{oid}")
            self._save()

    def issue_code(self, oid: int, asked: Asked) -> str:
        with self.lock:
            code = secrets.token_urlsafe(32)
            self.codes[code] = Issued(oid, asked, time.time() + CODE_SECONDS)
            return code

    def take_code(self, code: str) -> Issued | None:
        """Once, and within three minutes."""
        with self.lock:
            issued = self.codes.pop(code, None)
        return issued if issued is not None and issued.ends > time.time() else None

    def keep_token(self, token: str, issued: Issued) -> None:
        with self.lock:
            self.tokens[token] = issued

    def token(self, token: str) -> Issued | None:
        issued = self.tokens.get(token)
        return issued if issued is not None and issued.ends > time.time() else None

    def forget(self) -> None:
        """Everything: as if nobody had ever been here."""
        with self.lock:
            for kept in (self.pending, self.codes, self.tokens, self.counts, self._consents, self._sessions):
                kept.clear()
            self._save()

    def _save(self) -> None:
        body = {"consents": sorted(self._consents), "sessions": self._sessions}
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(body), encoding="utf-8")
        beside.chmod(0o600)
        beside.replace(self.path)
