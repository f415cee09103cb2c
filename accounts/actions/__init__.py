"""Verbs of accounts. Each has an actor and leaves its line in the journal in the transaction of the change."""

from accounts.actions.contacts import save_contacts
from accounts.actions.grants import GrantRefused, create_grant, grant_of_role, revoke_grant
from accounts.actions.organizations import (
    claim_organization,
    ensure_employer,
    mark_inspectorate,
    mark_sout_organization,
    open_organization,
)
from accounts.actions.people import ensure_person, sign_in_from_esia, sync_roles_from_esia

__all__ = [
    "GrantRefused",
    "claim_organization",
    "create_grant",
    "ensure_employer",
    "ensure_person",
    "grant_of_role",
    "mark_inspectorate",
    "mark_sout_organization",
    "open_organization",
    "revoke_grant",
    "save_contacts",
    "sign_in_from_esia",
    "sync_roles_from_esia",
]
