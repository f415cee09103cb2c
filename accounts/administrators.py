"""Who administers: the question that protects administrators from those who only manage access."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Branch, EsiaRole, Grant


def is_administrator(
    grants: Iterable[Grant], roles: Iterable[EsiaRole], branch: Branch | None, *, with_branches: bool = False
) -> bool:
    """Whether open grants and ЕСИА roles of one person in one organization make him its administrator in this scope (`branch`
    None: the whole organization), whether a block stands against him or not. `with_branches`: or of any branch of it."""
    here = {grant.branch_id for grant in grants if grant.is_admin and not grant.is_over}
    theirs = {role.branch_oid for role in roles if role.gone_at is None and role.gives_administrative_access}
    if with_branches and branch is None:
        return bool(here or theirs)
    if branch is None:
        return None in here or None in theirs
    return branch.pk in here or (branch.esia_oid is not None and branch.esia_oid in theirs)
