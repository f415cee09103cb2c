"""Verbs of accounts. Each has an actor and leaves its line in the journal in the transaction of the change."""

from accounts.actions.access import (
    Given,
    Named,
    block_access,
    change_access,
    confirm_grants,
    end_access,
    give_access,
    lift_block,
)
from accounts.actions.contacts import save_contacts
from accounts.actions.grants import create_grant, grant_of_role, revoke_grant
from accounts.actions.organizations import (
    choose_grant,
    claim_organization,
    ensure_employer,
    mark_inspectorate,
    mark_sout_organization,
    open_organization,
)
from accounts.actions.people import (
    block_person,
    ensure_person,
    sign_in_from_esia,
    sync_roles_from_esia,
    unblock_person,
)
from accounts.actions.refused import GrantRefused
from accounts.actions.requests import ask_for_right, decline_request, grant_request, may_answer
from accounts.actions.sessions import (
    end_all_sessions,
    end_other_sessions,
    end_session,
    expire_sessions,
    forget_sessions,
    sign_out,
)

__all__ = [
    "Given",
    "GrantRefused",
    "Named",
    "ask_for_right",
    "block_access",
    "block_person",
    "change_access",
    "choose_grant",
    "claim_organization",
    "confirm_grants",
    "create_grant",
    "decline_request",
    "end_access",
    "end_all_sessions",
    "end_other_sessions",
    "end_session",
    "ensure_employer",
    "ensure_person",
    "expire_sessions",
    "forget_sessions",
    "give_access",
    "grant_of_role",
    "grant_request",
    "lift_block",
    "mark_inspectorate",
    "mark_sout_organization",
    "may_answer",
    "open_organization",
    "revoke_grant",
    "save_contacts",
    "sign_in_from_esia",
    "sign_out",
    "sync_roles_from_esia",
    "unblock_person",
]
