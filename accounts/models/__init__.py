"""People, organizations, branches, grants, and what ЕСИА last said of a person's roles."""

from accounts.models.esia import EsiaRole
from accounts.models.grant import Grant, GrantQuerySet, Source
from accounts.models.organization import Branch, Entity, Organization
from accounts.models.user import User

__all__ = ["Branch", "Entity", "EsiaRole", "Grant", "GrantQuerySet", "Organization", "Source", "User"]
