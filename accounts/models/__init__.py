"""People, organizations, branches, grants, and what ЕСИА last said of a person's roles."""

from accounts.models.contacts import Contacts
from accounts.models.esia import EsiaRole
from accounts.models.grant import Grant, GrantQuerySet, Source
from accounts.models.organization import Branch, Entity, Inspectorate, Organization
from accounts.models.session import Ended, SignInSession
from accounts.models.user import User

__all__ = [
    "Branch",
    "Contacts",
    "Ended",
    "Entity",
    "EsiaRole",
    "Grant",
    "GrantQuerySet",
    "Inspectorate",
    "Organization",
    "SignInSession",
    "Source",
    "User",
]
