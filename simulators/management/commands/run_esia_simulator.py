"""manage.py run_esia_simulator --bind 127.0.0.1:8001: the stand-in for ЕСИА, a process of its own."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from simulators.esia.application import Simulator
from simulators.esia.keys import ensure_keys
from simulators.esia.pages import CONSENT_TO
from simulators.esia.protocol import Client
from simulators.esia.server import make_server
from simulators.people import demo_cast


class Command(BaseCommand):
    help = "Serves the simulator of ЕСИА until it is stopped. Prints one line when it is ready."
    requires_system_checks: list[str] = []  # it talks to no database and has no URLs of the cabinet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--bind", default="", help="host:port; by default those of ESIA_URL; port 0 takes a free one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = _place(options["bind"])
        keys = ensure_keys(settings.STATE_DIR)
        mnemonic = settings.ESIA["client_id"]
        client = Client(mnemonic, CONSENT_TO, keys.client_certificate, (settings.PUBLIC_URL + "/",))
        simulator = Simulator(keys, demo_cast(), {mnemonic: client}, settings.PUBLIC_URL + "/")
        try:
            server = make_server(host, port, simulator)
        except OSError as problem:
            raise CommandError(
                f"Cannot listen on {host}:{port}: {problem.strerror}. Is another simulator running?"
            ) from None
        signal.signal(signal.SIGTERM, _stop)
        with server:
            self.stdout.write(f"ESIA simulator: http://{host}:{server.server_address[1]}/")
            self.stdout.flush()
            try:
                server.serve_forever(poll_interval=0.1)
            except KeyboardInterrupt:
                return


def _place(bind: str) -> tuple[str, int]:
    address = urlsplit(f"//{bind}" if bind else settings.ESIA["base_url"])
    if address.hostname is None or address.port is None:
        raise CommandError("--bind is host:port, for example 127.0.0.1:8001")
    return address.hostname, address.port


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt
