"""What a verification trusts: roots, intermediates, revocation lists, and how strict it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from signatures.cms.exact import Certificate
from signatures.cms.revocation import RevocationSource


class RevocationPolicy(StrEnum):
    """What a certificate under the root needs.

    REQUIRE: a fresh list.  LATER: where there is none, the signature passes and its report says that the revocation is still to
    be checked; «revoked» is refused all the same.  SKIP: nobody asks (tests, doctors).
    """

    REQUIRE = "require"
    LATER = "later"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Given to every verification; an empty one trusts nobody.

    ``crls`` are sources of revocation status: parsed lists, or one object that asks the tables
    (``signatures.revocation_table``).
    """

    roots: Sequence[Certificate] = ()
    intermediates: Sequence[Certificate] = ()
    crls: Sequence[RevocationSource] = field(default=())
    require_qualified: bool = True
    revocation: RevocationPolicy = RevocationPolicy.REQUIRE
