"""ЕСИА's simulator as a process of its own, and a person who walks through it without a browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings
from django.core.cache import cache
from django.test import Client

REPOSITORY = Path(__file__).resolve().parents[2]
PENDING = re.compile(r'name="pending" value="([^"]+)"')


class Simulator:
    """The process, its address and its switches."""

    def __init__(self) -> None:
        command = [sys.executable, "manage.py", "run_esia_simulator", "--bind", "127.0.0.1:0"]
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "lkot.settings.test"}
        self.process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"(http://[\d.]+:\d+)/", line)
        assert found, f"the simulator did not start: {line!r}"
        self.url = found[1]

    def post(self, path: str, **form: str) -> Any:
        answer = requests.post(f"{self.url}/simulator/{path}", data=form, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def faults(self, **switches: str) -> None:
        self.post("faults", **switches)

    def employment(self, person: int, organization: int, **changes: str) -> None:
        self.post("employment", person=str(person), organization=str(organization), **changes)

    def counts(self) -> dict[str, int]:
        return requests.get(f"{self.url}/simulator/counts", timeout=10).json()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Walker:
    """A browser without pages: Django's client on our side, requests on ЕСИА's, redirects followed by hand."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.cabinet = Client(headers={"host": urlsplit(settings.PUBLIC_URL).netloc})
        self.esia = requests.Session()
        self.consents_asked = 0
        self.logins_asked = 0
        self.visited: list[str] = []

    def start(self) -> str:
        """Press «Вход в систему»; the address in ЕСИА."""
        answer = self.cabinet.post("/sign-in/")
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    def in_esia(self, address: str, person: int | None = None, consent: str = "grant") -> str:
        """Walk through ЕСИА's pages; the address it sends back to."""
        answer = self.esia.get(address, allow_redirects=False, timeout=20)
        if "/login" in answer.headers.get("Location", ""):
            self.logins_asked += 1
            assert person is not None, "ЕСИА asks who this is"
            page = self.esia.get(self.simulator.url + answer.headers["Location"], timeout=20).text
            form = {"pending": PENDING.search(page)[1], "person": str(person)}
            answer = self.esia.post(f"{self.simulator.url}/login", data=form, allow_redirects=False, timeout=20)
        if answer.status_code in (200, 403) and PENDING.search(answer.text):
            self.consents_asked += answer.status_code == 200
            form = {
                "pending": PENDING.search(answer.text)[1],
                "answer": consent if answer.status_code == 200 else "deny",
            }
            answer = self.esia.post(f"{self.simulator.url}/consent", data=form, allow_redirects=False, timeout=20)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def back(self, address: str) -> Any:
        """Follow ЕСИА's redirect into the cabinet."""
        assert address.startswith(settings.PUBLIC_URL + "/"), address
        self.visited.append(address)
        return self.cabinet.get(address.removeprefix(settings.PUBLIC_URL))

    def sign_in(self, person: int, consent: str = "grant") -> Any:
        return self.back(self.in_esia(self.start(), person, consent))

    def choose(self, text: str, entry: int = 0) -> Any:
        """Choose the organization whose name holds `text`; through ЕСИА and back."""
        cards = self.cabinet.get("/organizations/").context["cards"]
        card = next(card for card in cards if text in card.name)
        chosen = card.entries[entry]
        form = {"role": chosen.role_id} | ({"grant": chosen.grant_id} if chosen.grant_id else {})
        answer = self.cabinet.post("/organizations/choose/", form)
        assert answer.status_code == 302, answer.content.decode()
        return self.back(self.in_esia(answer["Location"]))


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    simulator = Simulator()
    yield simulator
    simulator.stop()


@pytest.fixture
def esia(simulator_process: Simulator, settings: Any) -> Simulator:
    """The simulator with nobody signed in and no switch on, as the cabinet's ЕСИА."""
    simulator_process.post("reset")
    cache.clear()
    settings.ESIA = settings.ESIA | {"base_url": simulator_process.url}
    return simulator_process


@pytest.fixture
def walker(esia: Simulator) -> Walker:
    return Walker(esia)
