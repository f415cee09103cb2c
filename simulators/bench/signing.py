"""How long a full verification of a signature takes."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from signatures.cms.revocation import RevocationList
from signatures.trust import TrustStore
from signatures.verdicts import Verdict
from signatures.verification import verify_detached
from simulators.bench.figures import Figure
from simulators.demo_ca import ensure_demo_ca, issue_person_certificate, sign
from simulators.people import snils_of

RUNS = 25
DOCUMENT = b"<Protocol/>" * 200


def verification(scale: float) -> Iterator[Figure]:
    """Chain of three, revocation lists looked up, a document of 2 KB."""
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
        signature = sign(DOCUMENT, authority.signer(person))
        trust = TrustStore(
            roots=[authority.root],
            intermediates=[authority.issuing],
            crls=[RevocationList(der) for der in authority.revocation_lists],
        )
    times = []
    for _ in range(max(3, int(RUNS * scale))):
        started = time.perf_counter()
        reports = verify_detached(signature, DOCUMENT, trust, datetime.now(UTC))
        times.append(time.perf_counter() - started)
        if [report.verdict for report in reports] != [Verdict.OK]:
            raise RuntimeError(f"the bench's signature is {reports}")
    yield Figure("verification of a GOST signature, median", statistics.median(times) * 1e3, "ms", 60)
