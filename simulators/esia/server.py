"""The simulator's socket: threads of the standard library, and the bad days that the switches ask for."""

from __future__ import annotations

import time
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from simulators.esia.application import COOKIE, Answer, Request, Simulator, as_json

FORM_MAX_BYTES = 1024 * 1024
HUGE_BYTES = 8 * 1024 * 1024
DRIP_PARTS = 20


class Server(ThreadingHTTPServer):
    daemon_threads = True
    simulator: Simulator


class Handler(BaseHTTPRequestHandler):
    """One request of a browser or of the cabinet."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self._serve({})

    def do_HEAD(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > FORM_MAX_BYTES:
            self._send(Answer(413))
            return
        self._serve(_first_values(self.rfile.read(length).decode("utf-8", "replace")))

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: addresses hold codes and states."""

    def _serve(self, form: dict[str, str]) -> None:
        address = urlsplit(self.path)
        path = address.path.replace("//", "/")
        request = Request(
            method="GET" if self.command == "HEAD" else self.command,
            path=path,
            query=_first_values(address.query),
            form=form,
            cookie=self._session_cookie(),
            bearer=self.headers.get("Authorization", "").removeprefix("Bearer "),
        )
        fault = self._fault(path)
        if not self._misbehave(fault):
            self._send(_spoilt(fault) or self.server.simulator.answer(request), fault)

    def _fault(self, path: str) -> str:
        faults = self.server.simulator.faults
        if path.startswith("/rs/"):
            return faults.of("rest")
        return faults.of("token") if path.endswith("/te") else ""

    def _misbehave(self, fault: str) -> bool:
        """True where no answer is to be sent at all."""
        if fault == "slow":
            time.sleep(float(self.server.simulator.faults.seconds))
        if fault == "dropped":
            self.close_connection = True
        return fault == "dropped"

    def _send(self, answer: Answer, fault: str = "") -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if fault != "drip":
            self.wfile.write(answer.body)
            return
        part = max(1, len(answer.body) // DRIP_PARTS)
        for start in range(0, len(answer.body), part):
            self.wfile.write(answer.body[start : start + part])
            time.sleep(float(self.server.simulator.faults.seconds) / DRIP_PARTS)

    def _session_cookie(self) -> str:
        try:
            morsel = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            return ""
        return morsel.value if morsel is not None else ""


def _spoilt(fault: str) -> Answer | None:
    """The answer instead of the right one."""
    if fault == "down":
        return Answer(503, "<h1>Технические работы</h1>".encode())
    if fault == "garbage":
        return Answer(200, b"<html>\xff\xfe not json", "application/json")
    if fault == "odd":
        return as_json(
            {"stateFacts": 7, "elements": "none", "snils": ["?"], "status": "REGISTERED", "lastName": {"a": 1}}
        )
    if fault == "huge":
        return Answer(200, b'{"lastName": "' + b"x" * HUGE_BYTES + b'"}', "application/json")
    return None


def _first_values(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


def make_server(host: str, port: int, simulator: Simulator) -> Server:
    """Bound and not yet serving. Port 0 takes a free one."""
    server = Server((host, port), Handler)
    server.simulator = simulator
    return server
