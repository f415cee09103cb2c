"""What a verification trusts: roots, intermediates, revocation lists, and how strict it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from signatures.cms.encoding import load_certificates
from signatures.cms.exact import Certificate
from signatures.cms.revocation import RevocationList, RevocationSource, load_revocation_lists


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

    @classmethod
    def from_files(
        cls,
        *,
        roots: Sequence[bytes] = (),
        intermediates: Sequence[bytes] = (),
        crls: Sequence[bytes] = (),
        require_qualified: bool = True,
    ) -> TrustStore:
        """Build a store from the contents of DER or PEM files; raises ValueError on unreadable ones."""
        lists: list[RevocationList] = []
        for content in crls:
            lists.extend(load_revocation_lists(content))
        return cls(
            roots=[certificate for content in roots for certificate in load_certificates(content)],
            intermediates=[certificate for content in intermediates for certificate in load_certificates(content)],
            crls=lists,
            require_qualified=require_qualified,
        )
