"""Tests of the look need no database: pages are rendered here, and a small server hands them to the browser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from csp.utils import build_policy
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory

from core.views.catalogue import catalogue

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def front_urls(settings):
    settings.ROOT_URLCONF = "tests.front.urls"


def request() -> Any:
    """A GET by nobody, as the middleware would leave it."""
    made = RequestFactory().get("/catalogue/")
    made.user = AnonymousUser()
    made.acting = None
    return made


@pytest.fixture
def render() -> Callable[..., str]:
    """render("{% badge 'Слово' %}", name=value) as a page would."""

    def rendered(source: str, **context: object) -> str:
        return engines["django"].from_string(source).render(context, request())

    return rendered


@pytest.fixture
def catalogue_html() -> str:
    """The catalogue page behind its door, which only guards the database."""
    return catalogue.__wrapped__(request()).content.decode()


@dataclass
class Site:
    """A server of two kinds of things: pages by path, and static files as they are.

    `answers`: what a POST to a path gets, (status, headers, body), or an exception class to break the connection.
    `said`: what the browser's console complained of; a breach of the content security policy is told there.
    """

    chromium: Any
    policy: str
    address: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Callable[[], tuple[int, dict[str, str], str]]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if path in self.pages:
            headers = {"Content-Security-Policy": self.policy, "Content-Type": "text/html; charset=utf-8"}
            return 200, headers, self.pages[path].encode()
        if path.startswith("/static/") and (found := finders.find(path.removeprefix("/static/"))):
            return 200, {"Content-Type": guess_type(path)[0] or "text/plain"}, Path(found).read_bytes()
        return 404, {}, b""

    def open(self, html: str, *, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Any:
        """A browser page showing `html` under the real content security policy."""
        self.pages["/page/"] = html
        context = self.chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts
        )
        context.set_default_timeout(8000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type in {"error", "warning"} and self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(f"{self.address}/page/")
        return page


def handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.answer(*site.get(self.path.partition("?")[0]))

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            try:
                status, headers, body = site.answers[self.path]()
            except ConnectionError:
                self.close_connection = True
                return
            self.answer(status, {"Content-Type": "text/html; charset=utf-8"} | headers, body.encode())

        def answer(self, status, headers, body):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Silent."""

    return Handler


@pytest.fixture
def site(chromium: Any) -> Iterator[Site]:
    made = Site(chromium, build_policy())
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(made))
    server.daemon_threads = True
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield made
    for context in made.contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert made.said == []
