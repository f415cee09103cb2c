"""A second opinion, where OpenSSL with the GOST engine is installed (Debian: openssl, libengine-gost-openssl).

The other way round, signatures of the engine under our eyes, needs no engine: they are kept in parameter_sets.json (all
twelve parameter sets), sig/ and forms/.
"""

import shutil
import subprocess

import pytest
from asn1crypto import pem

from signatures.gost.curves import CURVES
from simulators.demo_ca import sign
from tests.signatures.conftest import DOCUMENT, VECTORS, expected

TAMPERED = DOCUMENT + b" "


def openssl(*arguments, folder="."):
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module", autouse=True)
def engine():
    if shutil.which("openssl") is None:
        pytest.skip("no OpenSSL")
    if openssl("engine", "gost").returncode != 0:
        pytest.skip("OpenSSL has no GOST engine here")


def verified(folder, signature="signature", document="document", trust="trust.pem"):
    return openssl(
        "cms", "-verify", "-engine", "gost", "-binary", "-cades", "-inform", "DER", "-in", str(signature),
        "-content", str(document), "-CAfile", str(trust), "-crl_check_all", "-purpose", "any", "-out", "answer",
        folder=folder,
    )  # fmt: skip


@pytest.mark.parametrize("parameter_set", CURVES)
def test_openssl_accepts_what_the_demo_ca_signs(demo, tmp_path, parameter_set):
    """Certificates, revocation lists and CAdES-BES of ours; and it refuses another document."""
    person = demo.issue(title=f"Кривая {parameter_set}", parameter_set=parameter_set)
    authority = demo.authority
    trust = [pem.armor("CERTIFICATE", item.dump()) for item in (authority.root, authority.issuing)]
    trust += [pem.armor("X509 CRL", der) for der in authority.revocation_lists]
    (tmp_path / "trust.pem").write_bytes(b"".join(trust))
    (tmp_path / "signature").write_bytes(sign(DOCUMENT, authority.signer(person)))
    (tmp_path / "document").write_bytes(DOCUMENT)
    done = verified(tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "document").write_bytes(TAMPERED)
    assert verified(tmp_path).returncode != 0


CASES = [case for case in expected()["signatures"] if "openssl" in case]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}-{case['verdict']}")
def test_openssl_says_of_the_vectors_what_was_written_down(case, tmp_path):
    names = expected()
    files = [*names["trusted_roots"], *names["intermediates"], *names["crls"]]
    (tmp_path / "trust.pem").write_bytes(b"".join((VECTORS / name).read_bytes() for name in files))
    done = verified(tmp_path, VECTORS / case["file"], VECTORS / case["data"])
    assert (done.returncode == 0) == case["openssl"], done.stderr
