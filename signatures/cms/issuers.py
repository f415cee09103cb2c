"""Which certificates may stand above a signer's: a small set for the path validator.

The validator tries every order of the certificates it is given: a dozen hostile ones of one name,
put into a signature file, would keep it busy for hours.  It also prepares the name of each, which
takes long for a whole trust list.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from signatures.cms.exact import Certificate, exact
from signatures.subjects import same_name

# A real chain has one or two authorities under the root.
MAXIMUM_EMBEDDED = 5


def issuers_of(
    certificate: Certificate, trusted: Sequence[Certificate], embedded: Sequence[Certificate]
) -> list[Certificate]:
    """Return those of both lists that bear the name of an issuer, of the issuer's issuer, and so on.

    Of ``embedded`` (bytes that anybody can write) at most MAXIMUM_EMBEDDED are taken, in their order.
    """
    found: dict[bytes, Certificate] = {}
    room = MAXIMUM_EMBEDDED
    waiting = deque([certificate])
    while waiting:
        below = waiting.popleft()
        for issuer in _named(below, trusted):
            if issuer.dump() not in found:  # a root is its own issuer
                found[issuer.dump()] = issuer
                waiting.append(issuer)
        for issuer in _named(below, embedded):
            if room and issuer.dump() not in found:
                room -= 1
                found[issuer.dump()] = issuer
                waiting.append(issuer)
    return list(found.values())


def _named(certificate: Certificate, candidates: Sequence[Certificate]) -> list[Certificate]:
    """Candidates whose subject is the certificate's issuer: to the byte, or else by the rules for names."""
    name = exact(certificate.issuer)
    same = [item for item in candidates if item.subject_der == name]
    return same or [item for item in candidates if same_name(item.subject, certificate.issuer)]
