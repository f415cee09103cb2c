"""Running downloads end within a second of the access they stand on, under Django's server of tests and under gunicorn."""

from __future__ import annotations

import http.client
import itertools
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.signals import request_finished
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import deeds
from accounts.acting import Acting
from accounts.actions import block_person, create_grant, end_session, revoke_grant
from accounts.models import SignInSession, Source
from core.files import store
from core.journal.models import Event
from core.streaming import AccessEnded, while_in_force
from core.tables.export import csv_response, xlsx_response
from sout_reports.models import SoutReport
from tests import factories
from tests.live.conftest import database_url

MIB = 1024 * 1024
BIG = 64 * MIB
EVENTS, LONG = 1_500, "по замечаниям " * 150  # an export of them is larger than all buffers on the way, too
RECEIVES = 64 * 1024  # bytes that the reader's system keeps for him: a slow line, not this machine's memory
RIGHTS = ["sout.view_reports", "admin.access"]
SOON = 1.0  # seconds
TOKEN = "t" * 32  # of the form that a download is asked for with


# --- the mechanism alone


class Access:
    """In force for the first `times` questions."""

    def __init__(self, times: int) -> None:
        self.left = times

    def is_still_in_force(self) -> bool:
        self.left -= 1
        return self.left >= 0


def parts_of(response: Any) -> list[bytes]:
    return list(response.streaming_content)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked at every part."""
    monkeypatch.setattr("core.streaming.ASKED_EVERY_SECONDS", 0)


def test_a_stream_is_cut_when_the_access_ends(eager):
    response = while_in_force(StreamingHttpResponse(iter([b"1", b"2", b"3"])), Access(2))
    got = []
    with pytest.raises(AccessEnded):
        got.extend(response.streaming_content)
    stream = iter(while_in_force(StreamingHttpResponse(iter([b"1", b"2", b"3"])), Access(2)).streaming_content)
    assert [next(stream), next(stream)] == [b"1", b"2"]
    with pytest.raises(AccessEnded):
        next(stream)


def test_the_first_part_is_asked_for():
    with pytest.raises(AccessEnded):
        parts_of(while_in_force(StreamingHttpResponse(iter([b"1"])), Access(0)))


def test_it_is_not_asked_for_every_part():
    access = Access(100)
    assert len(parts_of(while_in_force(StreamingHttpResponse(iter([b"1"] * 5000)), access))) == 5000
    assert access.left >= 90


def test_a_page_is_left_alone():
    response = HttpResponse("page")
    assert while_in_force(response, Access(0)).content == b"page"
    assert "X-Accel-Buffering" not in response


def test_the_server_and_proxies_cannot_pass_it_by(monkeypatch):
    """wsgi.file_wrapper takes `file_to_stream`, nginx reads ahead unless it is told not to."""
    # The end of a request looks after database connections; this response belongs to none.
    monkeypatch.setattr(request_finished, "send", lambda **_: [])
    closed = []
    stream = BytesIO(b"12")
    stream.close = lambda: closed.append(True)  # type: ignore[method-assign]  # to see that it is closed still
    response = while_in_force(FileResponse(stream), Access(9))
    assert response.file_to_stream is None
    assert response["X-Accel-Buffering"] == "no"
    assert b"".join(parts_of(response)) == b"12"
    response.close()
    assert closed


def test_a_book_that_is_being_made_is_cut(eager):
    made = []

    def rows() -> Iterator[list[str]]:
        for number in range(10_000):
            made.append(number)
            yield [str(number)]

    with pytest.raises(AccessEnded):
        parts_of(while_in_force(xlsx_response("Книга", ["№"], rows()), Access(3)))
    assert len(made) <= 400, "not the whole book, and then a cut"


def test_a_table_is_written_as_its_rows_come():
    """Neither does it wait in memory, nor is it out of reach of the question."""
    taken = []

    def rows() -> Iterator[list[str]]:
        for number in range(10):
            taken.append(number)
            yield [str(number)]

    parts = iter(csv_response("Таблица", ["№"], rows()).streaming_content)
    assert [next(parts), next(parts), next(parts)] == ["\ufeff".encode(), "№\r\n".encode(), b"0\r\n"]
    assert taken == [0]


def test_a_whole_book_opens():
    from zipfile import ZipFile

    book = b"".join(parts_of(xlsx_response("Книга", ["№"], ([str(n)] for n in range(250)))))
    assert b"=1+1" not in book
    assert "xl/worksheets/sheet1.xml" in ZipFile(BytesIO(book)).namelist()


# --- a reader in the middle of a download


@dataclass
class Reader:
    """Somebody with the right to read, his browser's cookie, the administrator above him, and a report."""

    who: Acting
    admin: Acting
    cookie: str
    report: SoutReport

    @property
    def row(self) -> SignInSession:
        return SignInSession.objects.filter(user=self.who.user).latest("pk")


@pytest.fixture
def reader(transactional_db: None) -> Reader:
    admin = factories.acting()
    who = factories.acting(admin.organization, rights=RIGHTS)
    report = factories.report(admin.organization)
    client = factories.sign_in(Client(), who)
    return Reader(who, admin, client.cookies[settings.SESSION_COOKIE_NAME].value, report)


@pytest.fixture
def large(reader: Reader) -> None:
    """The report's file is too large for the buffers between a server and a reader who has stopped reading."""
    stored = store(BytesIO(os.urandom(MIB) * 64), name="отчёт.xml", actor=reader.admin, purpose="sout_report")
    SoutReport.objects.filter(pk=reader.report.pk).update(file=stored)


def block(reader: Reader) -> None:
    """«Заблокирован» in the dialog of access."""
    place = reader.admin.organization
    create_grant(
        user=reader.who.user,
        organization=place,
        source=Source.GRANT,
        actor=reader.admin,
        is_blocked=True,
        rights=RIGHTS,
    )


def end(reader: Reader) -> None:
    assert end_session(reader.row, actor=reader.who.user)


def revoke(reader: Reader) -> None:
    revoke_grant(reader.who.grant, actor=reader.admin, reason="Уволен")


def close(reader: Reader) -> None:
    block_person(reader.who.user, reason="По решению оператора")


WAYS: dict[str, Callable[[Reader], None]] = {"block": block, "end": end, "revoke": revoke, "close": close}


class Download:
    """A real client that reads as slowly as the test says."""

    def __init__(self, server: str, path: str, cookie: str, method: str = "GET", status: int = 200) -> None:
        address = urlsplit(server)
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVES)
        line.settimeout(60)
        line.connect((address.hostname, address.port))
        self.connection = http.client.HTTPConnection(address.hostname or "", address.port)
        self.connection.sock = line
        cookies = f"{settings.SESSION_COOKIE_NAME}={cookie}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        headers = {"Cookie": cookies, "X-CSRFToken": TOKEN, "Connection": "close"}
        self.connection.request(method, path, headers=headers)
        self.answer = self.connection.getresponse()
        if self.answer.status != status:
            self.connection.close()
        assert self.answer.status == status
        self.body = bytearray()
        self.broken = False

    def read(self, size: int) -> None:
        while len(self.body) < size and (part := self.answer.read(min(size - len(self.body), 64 * 1024))):
            self.body += part

    def read_on(self) -> float:
        """Slowly (a large file takes seven seconds), to the end, whatever it is; how many seconds it took."""
        began = time.monotonic()
        try:
            while part := self.answer.read(256 * 1024):
                self.body += part
                time.sleep(0.03)
        except (http.client.IncompleteRead, ConnectionError):
            self.broken = True
        took = time.monotonic() - began
        self.connection.close()
        return took


def of_report(server: str, reader: Reader, status: int = 200) -> Download:
    """«Скачать отчёт», which is journalled and therefore a POST."""
    path = reverse("sout_reports:download", args=[reader.report.uid])
    return Download(server, path, reader.cookie, "POST", status)


def much_in_the_journal(reader: Reader) -> None:
    now = timezone.now()
    place, actor = reader.admin.organization, reader.who.user
    events = [
        Event(at=now, verb="protocol.returned", actor=actor, organization=place, mac="0" * 64, payload={"why": LONG})
        for _ in range(EVENTS)
    ]
    Event.objects.bulk_create(events, batch_size=500)


def cut_in_the_middle(server: str, reader: Reader, way: str) -> Download:
    running = of_report(server, reader)
    assert int(running.answer.headers["Content-Length"]) == BIG
    running.read(MIB)
    WAYS[way](reader)
    assert running.read_on() < SOON
    assert MIB <= len(running.body) < BIG
    return running


@pytest.mark.parametrize("way", WAYS)
def test_a_download_is_cut_in_the_middle(live_server, reader, large, way):
    cut_in_the_middle(live_server.url, reader, way)
    of_report(live_server.url, reader, 302).connection.close()  # and cannot be begun again


def test_a_download_goes_through_while_nothing_ends(live_server, reader, large):
    running = of_report(live_server.url, reader)
    running.read(MIB)
    create_grant(
        user=factories.user(),
        organization=reader.admin.organization,
        source=Source.GRANT,
        actor=reader.admin,
        is_blocked=True,
    )
    running.read_on()
    assert len(running.body) == BIG, "somebody else's block is nothing to it"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Exports stop after 150 rows until the event is set, and then go slowly: the access ends in the middle of them."""
    go_on, told, cells_of = threading.Event(), itertools.count(1), deeds.cells_of

    def slowly(deed: deeds.Deed) -> list[str]:
        if next(told) > 150:
            go_on.wait(60)
            time.sleep(0.01)
        return cells_of(deed)

    monkeypatch.setattr(deeds, "cells_of", slowly)
    yield go_on
    go_on.set()


def some_in_the_journal(reader: Reader) -> None:
    actor, place = reader.who.user, reader.admin.organization
    common = {"at": timezone.now(), "verb": "acting.chosen", "actor": actor, "organization": place, "mac": "0" * 64}
    Event.objects.bulk_create([Event(**common) for _ in range(1000)])


TABLES = ["accounts:journal_csv", "accounts:my_actions_file", "accounts:journal_xlsx"]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_cut_in_the_middle(live_server, reader, held, name):
    some_in_the_journal(reader)
    running = Download(live_server.url, reverse(name), reader.cookie)
    block(reader)
    held.set()
    assert running.read_on() < SOON
    assert running.body.count(b"\r\n") < 400


def test_a_table_of_who_acts_for_nobody_is_cut_too(live_server, reader, held):
    """«Мои действия» needs no organization: the download stands on the browser's session alone."""
    some_in_the_journal(reader)
    client = Client()
    client.force_login(reader.who.user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    running = Download(live_server.url, reverse("accounts:my_actions_file"), cookie)
    end(reader)
    held.set()
    assert running.read_on() < SOON
    assert running.body.count(b"\r\n") < 400


# --- the server that runs in production


@pytest.fixture
def gunicorn(transactional_db: None) -> Iterator[str]:
    """One gunicorn as bin/up and the image run it, on the test's database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "lkot.settings.test",
        "LKOT_MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }
    command = [sys.executable, "-m", "gunicorn", "lkot.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    options = [
        "--no-control-socket",
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "4",
        "--graceful-timeout",
        "5",
    ]
    process = subprocess.Popen([*command, *options, "--log-level", "warning"], env=environment)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_all_of_it_under_gunicorn(gunicorn, reader, large):
    for way in ("end", "revoke"):
        beside = of_report(gunicorn, reader)
        beside.read(MIB)
        cut_in_the_middle(gunicorn, reader, way)
        beside.read_on()
        assert len(beside.body) < BIG, "every download of that session"
        reader.who = factories.acting(reader.admin.organization, rights=RIGHTS)
        client = factories.sign_in(Client(), reader.who)
        reader.cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    much_in_the_journal(reader)
    table = Download(gunicorn, reverse("accounts:journal_csv"), reader.cookie)
    table.read(10_000)
    block(reader)
    assert table.read_on() < SOON
    assert table.broken, "a chunked answer without its end: no client takes it for a whole file"
