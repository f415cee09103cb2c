"""Fetching a file over HTTP from an address that others have written: bounded in size, time and redirects, and never out of
this network's own machines (SSRF).

The address is looked at where the connection is made: a name that is resolved twice may answer differently.  That is why this
is ``http.client`` and not ``requests``, which has no place for it.  The authorities of HTTPS are those of the system; their file
is named by SSL_CERT_FILE.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

CHUNK = 64 * 1024
IN_MEMORY = 1024 * 1024
REDIRECTS_MAX = 3
ADDRESSES_MAX = 4  # of one name
PATIENCE_SECONDS = 20  # for one piece of an answer
MB = 1024 * 1024
REDIRECTS = {301, 302, 303, 307, 308}
SAFE_IN_PATH = "%/:=&?~+!$,;'@()*[]"

Heard = Callable[[int], None]


class FetchProblem(Exception):
    """Nothing was fetched; the argument is one Russian sentence."""

    @property
    def text(self) -> str:
        return str(self.args[0])


def silent(size: int) -> None:
    """The progress of who does not show it."""


def fetch(url: str, *, most: int, only_https: bool = False, on_progress: Heard = silent) -> IO[bytes]:
    """The body of the answer as a file at its start; whoever calls closes it.

    ``most``: bytes; ``only_https``: of every redirect too; ``on_progress`` gets the bytes that have come.
    Raises FetchProblem.
    """
    deadline = time.monotonic() + settings.SIGNATURE_FETCH_SECONDS
    for _ in range(REDIRECTS_MAX + 1):
        parts = _checked(url, only_https)
        try:
            found = _ask(parts, most, deadline, on_progress)
        except TimeoutError as problem:
            raise FetchProblem("Сервер не ответил вовремя.") from problem
        except ssl.SSLCertVerificationError as problem:
            raise FetchProblem("Сертификат сервера не прошёл проверку.") from problem
        except (OSError, http.client.HTTPException, ValueError) as problem:
            if time.monotonic() >= deadline:  # the connection was cut by ourselves
                raise FetchProblem("Файл приходит слишком медленно.") from problem
            raise FetchProblem(_in_words(problem)) from problem
        if not isinstance(found, str):
            return found
        url = urljoin(url, found)
    raise FetchProblem(f"Сервер перенаправляет больше {REDIRECTS_MAX} раз.")


def _in_words(problem: Exception) -> str:
    if isinstance(problem, socket.gaierror):
        return "Имя сервера не найдено."
    if isinstance(problem, ConnectionRefusedError):
        return "Сервер отказал в соединении."
    if isinstance(problem, OSError):
        return "Соединение с сервером не установлено или прервано."
    return "Ответ сервера оборван или не похож на ответ HTTP."


def _checked(url: str, only_https: bool) -> SplitResult:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        named = False
    if not named or parts.username is not None or parts.scheme not in {"http", "https"}:
        raise FetchProblem("Загружать можно только с адресов http и https.")
    if only_https and parts.scheme != "https":
        raise FetchProblem("Перечень аккредитованных УЦ загружается только по HTTPS.")
    return parts


def _ask(parts: SplitResult, most: int, deadline: float, on_progress: Heard) -> IO[bytes] | str:
    """The body, or the address of a redirect."""
    target = quote(parts.path or "/", safe=SAFE_IN_PATH)
    if parts.query:
        target += "?" + quote(parts.query, safe=SAFE_IN_PATH)
    with _connected(parts, deadline) as connection:
        connection.request("GET", target, headers={"Accept-Encoding": "identity", "User-Agent": "LKOT"})
        with connection.getresponse() as answer:
            moved = answer.headers.get("Location")
            if answer.status in REDIRECTS and moved:
                return moved
            if answer.status != http.client.OK:
                raise FetchProblem(f"Сервер ответил кодом {answer.status}.")
            return _read(answer, most, deadline, on_progress)


@contextmanager
def _connected(parts: SplitResult, deadline: float) -> Iterator[_GuardedHTTP | _GuardedHTTPS]:
    """A connection that is cut at the deadline, also in the middle of headers that drip in byte by byte."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    kind = _GuardedHTTPS if parts.scheme == "https" else _GuardedHTTP
    connection = kind(parts.hostname or "", parts.port, timeout=min(PATIENCE_SECONDS, left))
    cutter = threading.Timer(left, _cut, [connection])
    cutter.daemon = True
    cutter.start()
    try:
        yield connection
    finally:
        cutter.cancel()
        connection.close()


def _cut(connection: _GuardedHTTP | _GuardedHTTPS) -> None:
    if connection.plug is not None:
        with suppress(OSError):
            # below TLS: its own shutdown would take the session away from the thread that reads
            socket.socket.shutdown(connection.plug, socket.SHUT_RDWR)


def _read(answer: http.client.HTTPResponse, most: int, deadline: float, on_progress: Heard) -> IO[bytes]:
    body: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    size = 0
    try:
        while part := answer.read1(CHUNK):
            size += len(part)
            if size > most:
                raise FetchProblem(f"Файл больше {most // MB} МБ.")
            if time.monotonic() >= deadline:
                break
            body.write(part)
            on_progress(size)
        if time.monotonic() >= deadline:  # the connection was cut by ourselves: what came is not all
            raise FetchProblem("Файл приходит слишком медленно.")
        if not size:
            raise FetchProblem("Сервер прислал пустой файл.")
        if answer.length:  # of a body that was announced longer
            raise http.client.IncompleteRead(b"", answer.length)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


def _connect(host: str, port: int, timeout: float) -> socket.socket:
    """Connect to an address that was looked at; every address of the name must be a public one.  Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not settings.SIGNATURE_FETCH_PRIVATE and not all(is_public(str(each[4][0])) for each in found):
        raise FetchProblem("Адрес ведёт во внутреннюю сеть: с таких адресов списки не загружаются.")
    trouble = OSError("the name has no address")
    for family, kind, protocol, _name, address in found[:ADDRESSES_MAX]:
        plug = socket.socket(family, kind, protocol)
        try:
            plug.settimeout(timeout)
            plug.connect(address)
        except OSError as problem:
            plug.close()
            trouble = problem
        else:
            return plug
    raise trouble


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet, also where it stands for an IPv4 one inside."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or is_public(str(inner)))


class _GuardedHTTP(http.client.HTTPConnection):
    """``plug`` is the socket; ``sock`` is taken away from a connection while its answer is still being read."""

    plug: socket.socket | None = None

    def connect(self) -> None:
        self.plug = self.sock = _connect(self.host, self.port, self.timeout or PATIENCE_SECONDS)


class _GuardedHTTPS(http.client.HTTPSConnection):
    """As ``_GuardedHTTP``."""

    plug: socket.socket | None = None

    def connect(self) -> None:
        plain = _connect(self.host, self.port, self.timeout or PATIENCE_SECONDS)
        context = ssl.create_default_context()
        secured = context.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.plug = self.sock = secured
        secured.do_handshake()
