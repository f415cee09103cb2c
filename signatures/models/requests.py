"""Signing requests: the bytes that wait for signatures, who must give them, and in what order."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from signatures.models.kept import Signature, SignedDocument
from signatures.purposes import requests_q
from signatures.states import RequestState, TurnKind, TurnState

LIVING = (RequestState.OPEN, RequestState.COMPLETED)


class SigningRequestQuerySet(models.QuerySet["SigningRequest"]):
    def visible_to(self, acting: Any) -> SigningRequestQuerySet:
        """Requests of the acting organization (of the branch, for who acts for a branch) whose purpose this person reads, and
        what else the purposes open to him."""
        if acting is None:
            return self.none()
        return self.filter(requests_q(acting), organization=acting.organization)

    def open(self, now: datetime | None = None) -> SigningRequestQuerySet:
        """Those that take signatures."""
        return self.filter(state=RequestState.OPEN, expires_at__gt=now or timezone.now())

    def overdue(self, now: datetime | None = None) -> SigningRequestQuerySet:
        """Open ones whose term has passed."""
        return self.filter(state=RequestState.OPEN, expires_at__lte=now or timezone.now())

    def living(self) -> SigningRequestQuerySet:
        """Those that wait or were signed: neither withdrawn nor run out."""
        return self.filter(state__in=LIVING)


class SigningRequest(models.Model):
    """One document that waits for signatures: its exact bytes are `document`, which belongs to this request alone, so a
    signature made for it fits no other.

    `purpose` is a code of signatures.purposes, `subject_uid` the uid of what is signed in the app that asks (a protocol).
    `opinion_of`, of a dissenting opinion: the turn of another request whose member disagrees (signatures.opinions).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(max_length=60)
    subject_uid = models.UUIDField()
    opinion_of = models.ForeignKey("signatures.SignerTurn", models.PROTECT, null=True, related_name="opinions")
    document = models.OneToOneField(SignedDocument, models.PROTECT, related_name="request")
    # of the document: two requests never have the same bytes, not even in two organizations
    sha256 = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = SigningRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="signing_request_has_a_term"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="signing_request_closed_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["purpose", "subject_uid"], condition=Q(state="open"), name="signing_request_open_once"
            ),
            models.UniqueConstraint(
                fields=["opinion_of"], condition=Q(state__in=["open", "completed"]), name="signing_request_one_opinion"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="signing_request_list"),
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="signing_request_term"),
        ]

    def __str__(self) -> str:
        return self.document.name

    def is_open(self, now: datetime | None = None) -> bool:
        """As `SigningRequestQuerySet.open`, for a row at hand."""
        return self.state == RequestState.OPEN and self.expires_at > (now or timezone.now())


class SignerTurn(models.Model):
    """Who must sign: those of one `stage` in any order, the next stage after all of them.

    `person`: surname, name and patronymic as the document has them, empty for a turn of the organization; `snils` where it is
    known, and then it decides whose signature it is. A turn that is decided has its signature, or the reason of a refusal in
    `said`. A dissenting opinion is a request of its own (`opinions`); those given before that stand in `said`, signed by nobody.
    `may_decline`: the document stands without this signature when it is refused.
    """

    request = models.ForeignKey(SigningRequest, models.CASCADE, related_name="turns")
    stage = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=TurnKind.choices)
    role = models.CharField(max_length=100)
    person = models.CharField(max_length=460, blank=True)
    snils = models.CharField(max_length=11, blank=True)
    may_decline = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=TurnState.choices, default=TurnState.WAITING)
    signature = models.ForeignKey(Signature, models.PROTECT, null=True, related_name="turns")
    said = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", signature=None, decided_at=None)
                | Q(state__in=["signed", "objected"], signature__isnull=False, decided_at__isnull=False)
                | (Q(state="declined", signature=None, decided_at__isnull=False) & ~Q(said="")),
                name="signer_turn_decided_by_something",
            ),
            models.CheckConstraint(
                condition=Q(kind="organization", person="") | (Q(kind="member") & ~Q(person="")),
                name="signer_turn_names_its_member",
            ),
            # a refusal of the organization is the withdrawal of the request
            models.CheckConstraint(
                condition=~Q(kind="organization", state__in=["declined", "objected"]),
                name="signer_turn_of_organization_signs",
            ),
        ]
        ordering = ["stage", "id"]

    def __str__(self) -> str:
        return f"{self.role} {self.person}".strip()

    @property
    def is_waiting(self) -> bool:
        return self.state == TurnState.WAITING
