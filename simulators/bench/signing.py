"""How long a full verification of a signature takes: in pure Python, with OpenSSL's Streebog, and by OpenSSL itself."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import pem

from signatures.cms import remembered
from signatures.cms.revocation import RevocationList
from signatures.gost.streebog import allow_fast_backend, fast_backend, streebog_python
from signatures.trust import TrustStore
from signatures.verdicts import Verdict
from signatures.verification import verify_detached
from simulators.bench.figures import Figure
from simulators.demo_ca import ensure_demo_ca, issue_person_certificate, sign
from simulators.people import snils_of

RUNS = 25
DOCUMENT = b"<Protocol/>" * 200
LARGE = 50_000_000
LIMIT_MS, LIMIT_FAST_MS, LIMIT_LARGE_S = 60, 25, 3
WHAT = "verification of a GOST signature"


@dataclass
class Signed:
    """A signature of DOCUMENT and of a large document, and what is needed to verify them."""

    signature: bytes
    large: bytes
    trust: TrustStore
    certificates: list[bytes]
    lists: tuple[bytes, ...]


def verification(scale: float) -> Iterator[Figure]:
    """Chain of three, revocation lists looked up (their own signatures were checked at import), a document of 2 KB."""
    signed = _signed(int(LARGE * scale))
    runs = max(3, int(RUNS * scale))
    try:
        allow_fast_backend(False)
        yield from _both(signed, runs, "pure Python", LIMIT_MS)
        started = time.perf_counter()
        streebog_python(bytes(100_000))
        yield Figure("Streebog in pure Python", 0.1 / (time.perf_counter() - started), "MB/s")
        allow_fast_backend(True)
        if fast_backend() is None:
            yield Figure("OpenSSL's Streebog", 0, "", note="not installed here (Debian: libengine-gost-openssl)")
        else:
            yield from _both(signed, runs, "OpenSSL's Streebog", LIMIT_FAST_MS)
            yield _large(signed, int(LARGE * scale))
        yield from _against_openssl(signed, max(3, runs // 2))
    finally:
        allow_fast_backend(True)


def _both(signed: Signed, runs: int, how: str, limit: float) -> Iterator[Figure]:
    """A signer met before, and one never met: then his certificate and his authority's are verified too."""

    def once() -> None:
        reports = verify_detached(signed.signature, DOCUMENT, signed.trust, datetime.now(UTC))
        if [report.verdict for report in reports] != [Verdict.OK]:
            raise RuntimeError(f"the bench's signature is {reports}")

    def anew() -> None:
        remembered.forget()
        once()

    for who, action in (("", once), (", nothing remembered", anew)):
        wall, processor = _medians(action, runs)
        yield Figure(f"{WHAT}, {how}{who}, median", wall, "ms", limit, f"processor {processor:.3g} ms")


def _medians(action: Callable[[], None], runs: int) -> tuple[float, float]:
    """Wall and processor time of one call, in milliseconds."""
    action()
    walls, processors = [], []
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        action()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return statistics.median(walls) * 1e3, statistics.median(processors) * 1e3


def _large(signed: Signed, size: int) -> Figure:
    document = bytes(size)
    started = time.perf_counter()
    (report,) = verify_detached(signed.large, document, signed.trust, datetime.now(UTC))
    spent = time.perf_counter() - started
    if not report.ok:
        raise RuntimeError(f"the bench's large signature is {report}")
    return Figure(f"the same of {size / 1e6:.3g} MB", spent, "s", LIMIT_LARGE_S)


def _against_openssl(signed: Signed, runs: int) -> Iterator[Figure]:
    """`openssl cms -verify` with the GOST engine: a process for each call, so its start is measured apart."""
    with _files(signed) as folder:
        start = ["openssl", "engine", "gost"]
        verify = [
            "openssl", "cms", "-verify", "-engine", "gost", "-binary", "-cades", "-inform", "DER", "-in", "signature",
            "-content", "document", "-CAfile", "trust.pem", "-crl_check_all", "-purpose", "any", "-out", "answer",
        ]  # fmt: skip
        if shutil.which("openssl") is None or _run(start, folder).returncode or _run(verify, folder).returncode:
            yield Figure("openssl cms -verify", 0, "", note="no OpenSSL with the GOST engine here")
            return
        whole, _ = _medians(lambda: _check(verify, folder), runs)
        empty, _ = _medians(lambda: _check(start, folder), runs)
    allow_fast_backend(True)
    ours, _ = _medians(lambda: _check_ours(signed), runs)
    yield Figure(
        "openssl cms -verify with the GOST engine, median",
        whole,
        "ms",
        note=f"{empty:.3g} ms start it and load the engine",
    )
    yield Figure(
        "our verification against a process of openssl", ours / whole, "times", note="ours within a running process"
    )
    yield Figure("our verification against openssl without its start", ours / max(whole - empty, 0.1), "times")


def _check_ours(signed: Signed) -> None:
    verify_detached(signed.signature, DOCUMENT, signed.trust, datetime.now(UTC))


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, cwd=folder, capture_output=True, check=False)


def _check(command: list[str], folder: Path) -> None:
    _run(command, folder).check_returncode()


@contextmanager
def _files(signed: Signed) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lkot-bench-") as name:
        folder = Path(name)
        (folder / "signature").write_bytes(signed.signature)
        (folder / "document").write_bytes(DOCUMENT)
        trust = [pem.armor("CERTIFICATE", der) for der in signed.certificates]
        trust += [pem.armor("X509 CRL", der) for der in signed.lists]
        (folder / "trust.pem").write_bytes(b"".join(trust))
        yield folder


def _signed(size: int) -> Signed:
    with tempfile.TemporaryDirectory(prefix="lkot-bench-") as folder:
        authority = ensure_demo_ca(folder)
        person = issue_person_certificate(
            authority,
            surname="Замерщиков",
            given_name="Пётр Ильич",
            snils=snils_of(112_233_999),
            innle="7726014581",
            ogrn="1097746532014",
            organization="ООО «Замер»",
        )
        signer = authority.signer(person)
        trust = TrustStore(
            roots=[authority.root],
            intermediates=[authority.issuing],
            crls=[RevocationList(der) for der in authority.revocation_lists],
        )
        # Python alone would need minutes for the large one.
        large = sign(bytes(size), signer) if fast_backend() else b""
        certificates = [authority.root.dump(), authority.issuing.dump()]
        return Signed(sign(DOCUMENT, signer), large, trust, certificates, authority.revocation_lists)
