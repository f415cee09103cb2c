"""What a revocation list of 10 MB costs: once at its import, and at every verification."""

from __future__ import annotations

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import pem

from signatures.models import RevocationList
from signatures.revocation_table import RevocationTable
from simulators.bench.figures import Figure
from simulators.demo_ca import DemoAuthority, ensure_demo_ca
from simulators.demo_ca.certificates import make_certificate, make_name
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.large_lists import make_large_list
from simulators.demo_ca.trusting import trust_demo_authority

ENTRIES = 200_000  # some 10 MB
LOOKUPS = 200
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def large_list(scale: float) -> Iterator[Figure]:
    """Import by the command, in a process of its own; then look-ups, every second one of a revoked certificate."""
    serials = [secrets.randbits(150) | 1 << 150 for _ in range(int(ENTRIES * scale))]
    with tempfile.TemporaryDirectory(prefix="lkot-bench-") as folder:
        authority = ensure_demo_ca(folder)
        trust_demo_authority(authority)
        now = datetime.now(UTC)
        der = make_large_list(
            serials,
            issuer=authority.issuer(),
            this_update=now,
            next_update=now + timedelta(days=2),
            number=int(now.timestamp()) + 10,
        )
        path = Path(folder) / "large.crl"
        path.write_bytes(pem.armor("X509 CRL", der))
        started = time.perf_counter()
        importer = subprocess.Popen([sys.executable, str(MANAGE), "import_trust", str(path), "--crl"])
        _pid, status, usage = os.wait4(importer.pid, 0)
        importer.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - started
        if importer.returncode or not RevocationList.objects.filter(revoked_count=len(serials)).exists():
            raise RuntimeError("the bench's list was not imported")
        name = f"import of a revocation list of {len(der) / 1e6:.1f} MB, signature and all"
        yield Figure(name, took, "s", note=f"{usage.ru_utime + usage.ru_stime:.0f} s of them at work")
        yield Figure("its importer's peak memory", usage.ru_maxrss * 1024 / 1e6, "MB", 300)
        yield Figure("look-up of a certificate in it, median", statistics.median(_lookups(authority, serials)), "ms", 5)


def _lookups(authority: DemoAuthority, serials: list[int]) -> Iterator[float]:
    """Milliseconds of each."""
    source, moment = RevocationTable(), datetime.now(UTC)
    key, name, issuer = GostPrivateKey.generate(), make_name({"cn": "Замер"}), authority.issuer()
    for number in range(LOOKUPS):
        certificate = make_certificate(
            subject=name,
            key=key,
            issuer=issuer,
            not_before=moment,
            not_after=moment + timedelta(days=1),
            serial=serials[number] if number % 2 else secrets.randbits(150),
        )
        started = time.perf_counter()
        answer = source.ask(certificate, authority.issuing, moment)
        yield (time.perf_counter() - started) * 1e3
        if (answer.revoked_at is not None) != bool(number % 2):
            raise RuntimeError(f"a wrong answer: {answer}")
