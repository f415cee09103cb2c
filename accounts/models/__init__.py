"""People, organizations, branches, grants, and what ЕСИА last said of a person's roles."""

from accounts.models.access import REQUEST_MOVES, AccessRequest, GrantReview, Invitation, RequestState
from accounts.models.contacts import Contacts
from accounts.models.esia import EsiaRole
from accounts.models.grant import Grant, GrantQuerySet, Source
from accounts.models.organization import Branch, Entity, Inspectorate, Organization
from accounts.models.session import Ended, SignInSession
from accounts.models.user import User

__all__ = [
    "REQUEST_MOVES",
    "AccessRequest",
    "Branch",
    "Contacts",
    "Ended",
    "Entity",
    "EsiaRole",
    "Grant",
    "GrantQuerySet",
    "GrantReview",
    "Inspectorate",
    "Invitation",
    "Organization",
    "RequestState",
    "SignInSession",
    "Source",
    "User",
]
