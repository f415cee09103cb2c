"""What stands around grants: invitations of people not met yet, requests for a right, confirmations that access is still due."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models.esia import EsiaRole
from accounts.models.grant import Grant
from accounts.models.organization import Branch, Organization
from accounts.models.user import User, name_key_field


class OfOrganization(models.QuerySet[Any]):
    """Rows with `organization` and `branch`, for those who manage access there."""

    def visible_to(self, acting: Any) -> Any:
        if acting is None or not acting.holds("admin.access"):
            return self.none()
        theirs = self.filter(organization=acting.organization)
        return theirs if acting.branch is None else theirs.filter(branch=acting.branch)


class InvitationQuerySet(OfOrganization):
    def unconfirmed(self) -> InvitationQuerySet:
        """Whom ЕСИА has never named an employee of the organization: neither by his own roles at a sign-in, nor in the list of
        employees from which somebody picked him."""
        theirs = EsiaRole.objects.filter(user=OuterRef("user"), org_oid=OuterRef("organization__esia_oid"))
        return self.filter(~Exists(theirs), confirmed_at=None)


class Invitation(models.Model):
    """Somebody invited by СНИЛС: what the inviter typed of him. Shown instead of what we know of that СНИЛС from elsewhere
    while it is `unconfirmed`: an invitation must not tell whose a СНИЛС is (accounts.names). `confirmed_at`: when he was
    picked from ЕСИА's list of the organization's employees."""

    user = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    last_name = models.CharField(max_length=150)
    first_name = models.CharField(max_length=150)
    middle_name = models.CharField(max_length=150, blank=True)
    name_key = name_key_field()
    inn = models.CharField(max_length=12, blank=True)
    position = models.CharField(max_length=500, blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "user", "-id"], name="invitation_place")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.organization_id}"

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)


class RequestState(models.TextChoices):
    OPEN = "open", "Ждёт решения"
    GRANTED = "granted", "Право предоставлено"
    DECLINED = "declined", "Отказано"
    CLOSED = "closed", "Закрыта без ответа"  # the access it would add to was blocked or ended


REQUEST_MOVES = {
    "grant": ({RequestState.OPEN}, RequestState.GRANTED),
    "decline": ({RequestState.OPEN}, RequestState.DECLINED),
    "close": ({RequestState.OPEN}, RequestState.CLOSED),
}


class AccessRequestQuerySet(OfOrganization):
    def asked_by(self, acting: Any) -> Any:
        """The person's own requests in the acting organization."""
        return self.none() if acting is None else self.filter(user=acting.user, organization=acting.organization)

    def waiting(self) -> Any:
        """Open, of people who still act by the access that the right would be added to."""
        theirs = Grant.objects.usable().filter(user=OuterRef("user"), organization=OuterRef("organization"))
        of_whole = Q(branch=None) & Q(Exists(theirs.filter(branch=None)))
        return self.filter(of_whole | Q(Exists(theirs.filter(branch=OuterRef("branch")))), state=RequestState.OPEN)


class AccessRequest(models.Model):
    """Somebody asks for a right that a page told him he lacks. One open request a person, place and right."""

    user = models.ForeignKey(User, models.PROTECT, related_name="access_requests")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    right = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "branch", "right"],
                condition=Q(state="open"),
                nulls_distinct=False,
                name="access_request_once",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="access_request_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.right}"


class GrantReview(models.Model):
    """Somebody who manages access has looked at a grant and found it still due."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="reviews")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["grant", "-at"], name="grant_review_latest")]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.at:%Y-%m-%d}"
