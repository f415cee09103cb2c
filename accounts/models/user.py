"""A person. Comes in through ЕСИА only: there is no password to store, to guess or to leak."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Replace, Upper
from django.utils.crypto import salted_hmac

from core.identifiers import mask_snils

SESSION_SALT = "accounts.models.user.session"
SOMEBODY = "сотрудник"  # whose name nobody has told us yet


def new_session_stamp() -> str:
    """A random mark that the person's sessions carry: rotating it ends all of them at once."""
    return secrets.token_urlsafe(24)


def name_key_field() -> models.GeneratedField:
    """By what a name is sorted and searched. ЕСИА's collation has no say here: «ё» must not sort after «я»."""
    return models.GeneratedField(
        expression=Replace(
            Upper(Concat("last_name", Value(" "), "first_name", Value(" "), "middle_name")), Value("Ё"), Value("Е")
        ),
        output_field=models.CharField(max_length=460),
        db_persist=True,
    )


def name_key_of(text: str) -> str:
    """A name, or a part of it, as somebody typed it → as `name_key` has it."""
    return " ".join(text.upper().replace("Ё", "Е").split())


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, acting: Any) -> UserQuerySet:
        """The people who have, or had, access to the acting organization (a branch sees those of the branch), and oneself."""
        if acting is None:
            return self.none()
        theirs = Q(grants__organization=acting.organization)
        if acting.branch is not None:
            theirs &= Q(grants__branch=acting.branch)
        return self.filter(Q(pk=acting.user.pk) | theirs).distinct()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # a class made at run time
    """There is no create_user: people come from ЕСИА (accounts.actions) or are named by СНИЛС in a grant."""


class User(AbstractBaseUser):
    """`esia_oid` is empty until the first sign-in of somebody who was named by СНИЛС in a grant before."""

    password = None  # type: ignore[assignment]  # Django's way to leave out an inherited field

    esia_oid = models.BigIntegerField(unique=True, null=True)
    last_name = models.CharField(max_length=150, blank=True)
    first_name = models.CharField(max_length=150, blank=True)
    middle_name = models.CharField(max_length=150, blank=True)
    name_key = name_key_field()
    snils = models.CharField(max_length=11, blank=True, help_text="eleven digits")
    # wider than twelve digits: what ЕСИА states is shown as stated, even where it is malformed
    inn = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    session_stamp = models.CharField(max_length=40, default=new_session_stamp)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "esia_oid"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snils"], condition=~Q(snils=""), name="user_snils_once"),
            models.CheckConstraint(condition=Q(snils="") | Q(snils__regex=r"^[0-9]{11}$"), name="user_snils_digits"),
            models.CheckConstraint(condition=Q(esia_oid__isnull=False) | ~Q(snils=""), name="user_is_somebody"),
        ]
        indexes = [models.Index(fields=["name_key", "id"], name="user_name_key")]

    def __str__(self) -> str:
        return self.full_name or SOMEBODY

    @property
    def full_name(self) -> str:
        """«Иванова Мария Викторовна»; empty while nobody has signed in under this СНИЛС."""
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)

    @property
    def short_name(self) -> str:
        """«Иванова М. В.»"""
        initials = [f"{part[0]}." for part in (self.first_name, self.middle_name) if part]
        return " ".join([self.last_name, *initials]).strip()

    @property
    def masked_snils(self) -> str:
        return mask_snils(self.snils) if self.snils else ""

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django ties a session to the password's hash; ours is tied to the stamp."""
        return salted_hmac(SESSION_SALT, self.session_stamp, secret=secret, algorithm="sha256").hexdigest()
