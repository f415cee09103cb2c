"""The chain from a signer to a trusted root: pyhanko-certvalidator builds and checks it.

Its pluggable signature validator makes names, validity, key usage, constraints and policies work
for GOST.  Revocation is looked up here, list by list (see ``revocation``): with lists given to it,
the library parses each whole for every signature.
"""

from __future__ import annotations

import logging
from collections.abc import Coroutine, Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from asn1crypto import algos, keys
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, NotYetValidError, PathBuildingError, PathError, ValidationError
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    SignatureValidationContext,
    SignatureValidator,
)

from signatures.cms.exact import Certificate
from signatures.cms.issuers import issuers_of
from signatures.cms.refusal import Refused
from signatures.cms.remembered import check_once
from signatures.cms.revocation import UNKNOWN, RevocationAnswer, RevocationStatus
from signatures.reports import RevocationUse
from signatures.subjects import common_name
from signatures.verdicts import Verdict

if TYPE_CHECKING:
    from signatures.trust import TrustStore

# It logs a traceback for every path that does not validate: here that is an ordinary answer.
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

Result = TypeVar("Result")


class ChainSignatureValidator(SignatureValidator):
    """Hands the signatures of certificates to our allow-list of algorithms."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        try:
            check_once(public_key_info.dump(), signature_algorithm, signature, signed_data)
        except Refused as error:
            # Another candidate of the same name may still do: let the library go on.
            raise InvalidSignature from error


def run_without_loop(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine that never waits (fetching is off), also inside somebody's event loop."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise RuntimeError("the path validator waited for something although fetching is off")


def validate_chain(
    certificate: Certificate,
    embedded: Sequence[Certificate],
    trust: TrustStore,
    moment: datetime,
) -> list[Certificate]:
    """Return the chain from the signer's certificate to the trusted root, all valid at ``moment``.

    Raises Refused: EXPIRED, NOT_YET_VALID, NO_TRUSTED_CHAIN or CHAIN_INVALID.
    """
    in_force = [root for root in trust.roots if root.not_valid_before <= moment <= root.not_valid_after]
    trusted = {root.dump() for root in in_force}
    candidates = issuers_of(certificate, [*in_force, *trust.intermediates], embedded)
    context = ValidationContext(
        # Never None: the library would import the operating system's trust list.
        trust_roots=[item for item in candidates if item.dump() in trusted],
        other_certs=[item for item in candidates if item.dump() not in trusted],
        moment=moment,
        best_signature_time=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
        signature_validator=ChainSignatureValidator(),
    )
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        path = run_without_loop(validator.async_validate_path())
    except ExpiredError as error:
        raise _out_of_time(Verdict.EXPIRED, certificate, moment) from error
    except NotYetValidError as error:
        raise _out_of_time(Verdict.NOT_YET_VALID, certificate, moment) from error
    except PathBuildingError as error:
        issuer = common_name(certificate.issuer)
        raise Refused(Verdict.NO_TRUSTED_CHAIN, f"издатель: {issuer}") from error
    except (PathError, ValidationError) as error:
        raise Refused(Verdict.CHAIN_INVALID) from error
    return list(reversed(list(path)))


def _out_of_time(verdict: Verdict, certificate: Certificate, moment: datetime) -> Refused:
    """Say in Russian which date was missed, and whether it is the issuer's certificate that missed it."""
    if certificate.not_valid_before <= moment <= certificate.not_valid_after:
        return Refused(verdict, "сертификат удостоверяющего центра")
    if verdict == Verdict.EXPIRED:
        return Refused(verdict, f"действовал до {certificate.not_valid_after:%d.%m.%Y}")
    return Refused(verdict, f"действует с {certificate.not_valid_before:%d.%m.%Y}")


def check_revocation(chain: Sequence[Certificate], trust: TrustStore, moment: datetime) -> tuple[RevocationUse, ...]:
    """Ask for every certificate under the root; return the lists that answered.

    Raises Refused(REVOKED) before Refused(NO_REVOCATION_DATA): what is known to be revoked is said
    even where another certificate's list is missing.
    """
    used, unknown = look_up_revocation(chain, trust, moment)
    if unknown:
        raise Refused(Verdict.NO_REVOCATION_DATA, f"издатель: {common_name(unknown[0].issuer)}")
    return used


def look_up_revocation(
    chain: Sequence[Certificate], trust: TrustStore, moment: datetime
) -> tuple[tuple[RevocationUse, ...], list[Certificate]]:
    """Return the lists that answered, and the certificates of which nobody knows; raises Refused(REVOKED)."""
    unknown: list[Certificate] = []
    used: list[RevocationUse] = []
    for certificate, issuer in pairwise(chain):
        answer = _ask(certificate, issuer, trust, moment)
        if answer.status is RevocationStatus.REVOKED:
            raise Refused(Verdict.REVOKED, _whose(certificate, chain))
        if answer.used is None:
            unknown.append(certificate)
        elif answer.used not in used:
            used.append(answer.used)
    return tuple(used), unknown


def _ask(certificate: Certificate, issuer: Certificate, trust: TrustStore, moment: datetime) -> RevocationAnswer:
    """One «revoked» outweighs any «good»: two lists in force may differ in age."""
    return weightiest(source.ask(certificate, issuer, moment) for source in trust.crls)


def weightiest(answers: Iterable[RevocationAnswer]) -> RevocationAnswer:
    """The first «revoked», else the first «good», else UNKNOWN."""
    found = UNKNOWN
    for answer in answers:
        if answer.status is RevocationStatus.REVOKED:
            return answer
        if found is UNKNOWN and answer.status is RevocationStatus.GOOD:
            found = answer
    return found


def _whose(certificate: Certificate, chain: Sequence[Certificate]) -> str:
    return "" if certificate is chain[0] else "сертификат удостоверяющего центра"
