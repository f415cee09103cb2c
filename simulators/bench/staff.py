"""How long the first page of «Выбрать сотрудника» takes where ЕСИА lists 5,000 employees: against the simulator, over HTTP."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from accounts.models import EsiaRole
from simulators.bench.figures import Figure
from simulators.people import ZMZ, ZMZ_HEAD

PICKER = "/administration/add/employees/"
EMPLOYEES = 5_000
RUNS = 25
SECONDS = 20  # for one answer of the simulator
LIMIT_MS = 300
PENDING = re.compile(r'name="pending" value="([^"]+)"')
ADDRESS = re.compile(r"http://[\d.]+:\d+")


def picker(scale: float) -> Iterator[Figure]:
    """The first page; for comparison a late one and a sorted one. Medians of whole requests, ЕСИА's answer included."""
    employees = int(EMPLOYEES * scale)
    with _simulator() as address, override_settings(ESIA=settings.ESIA | {"base_url": address}):
        requests.post(f"{address}/simulator/crowd", data={"size": str(employees)}, timeout=SECONDS).raise_for_status()
        client = _head_in_cabinet(address)
        cold = _ms(client, PICKER)
        first = statistics.median(_ms(client, PICKER) for _ in range(RUNS))
        late = statistics.median(_ms(client, f"{PICKER}?page={employees // 10}") for _ in range(RUNS))
        by_position = statistics.median(_ms(client, f"{PICKER}?sort=-position&size=100") for _ in range(RUNS))
    yield Figure(
        f"first page of {employees:,} employees, median", first, "ms", LIMIT_MS, f"the very first {cold:.0f} ms"
    )
    yield Figure(f"last page of {employees:,} employees, median", late, "ms")
    yield Figure(f"a hundred of {employees:,} employees, sorted by ЕСИА, median", by_position, "ms")


def _ms(client: Client, url: str) -> float:
    started = time.perf_counter()
    answer = client.get(url)
    taken = (time.perf_counter() - started) * 1e3
    if answer.status_code != 200 or b'name="employee"' not in answer.content:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return taken


@contextmanager
def _simulator() -> Iterator[str]:
    """A process of its own on a free port; its address."""
    command = [sys.executable, "manage.py", "run_esia_simulator", "--bind", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # asked for
            found = ADDRESS.search(process.stdout.readline())
            if found is None:
                raise RuntimeError("the simulator of ЕСИА did not start")
            yield found[0]
        finally:
            process.terminate()


def _head_in_cabinet(address: str) -> Client:
    """The plant's head, signed in through the simulator and acting for the plant: with ЕСИА's own token in his session."""
    cabinet = Client(HTTP_HOST=urlsplit(settings.PUBLIC_URL).netloc)
    esia = requests.Session()
    login = esia.get(cabinet.post("/sign-in/")["Location"], timeout=SECONDS)
    form = {"pending": _pending(login), "person": str(ZMZ_HEAD)}
    consent = esia.post(f"{address}/login", data=form, timeout=SECONDS)
    form = {"pending": _pending(consent), "answer": "grant"}
    back = esia.post(f"{address}/consent", data=form, allow_redirects=False, timeout=SECONDS)
    cabinet.get(_ours(back))
    role = EsiaRole.objects.get(user__esia_oid=ZMZ_HEAD, org_oid=ZMZ)
    asked = cabinet.post("/organizations/choose/", {"role": role.pk})
    cabinet.get(_ours(esia.get(asked["Location"], allow_redirects=False, timeout=SECONDS)))
    return cabinet


def _pending(page: requests.Response) -> str:
    found = PENDING.search(page.text)
    if found is None:
        raise RuntimeError(f"the simulator of ЕСИА shows another page: {page.status_code}")
    return found[1]


def _ours(answer: requests.Response) -> str:
    """The address of the cabinet that ЕСИА sends back to, without its host."""
    return answer.headers["Location"].removeprefix(settings.PUBLIC_URL)
