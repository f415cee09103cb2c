"""What passes between an inspector and an employer about a flag: questions, explanations with attachments, decisions."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from violations.flags.models import Flag
from violations.inspection.states import Ground, QuestionState, Verb


def between_q(acting: Any, prefix: str) -> Q:
    """Rows of the two sides only, related to a flag by `prefix`: the employer (its branch) and its inspectors. The SOUT
    organization sees the outcome, not what the employer explains."""
    flags = Flag.objects.all()
    return Q(**{f"{prefix}in": flags.of_employer(acting)}) | Q(**{f"{prefix}in": flags.supervised_by(acting)})


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, acting: Any) -> QuestionQuerySet:
        return self.none() if acting is None else self.filter(between_q(acting, "flag__"))

    def open(self) -> QuestionQuerySet:
        return self.filter(state=QuestionState.OPEN)


class Question(models.Model):
    """An inspector's question with its term. `due_on` is the last day, counted in working days by `calendar_version`; `expired_at`:
    when the clock found it over; `reminded`: the last mark before the end, in working days, that the employer was told of."""

    flag = models.ForeignKey(Flag, models.CASCADE, related_name="questions")
    inspectorate = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    text = models.TextField()
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    calendar_version = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=QuestionState.choices, default=QuestionState.OPEN)
    expired_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=200, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flag"], condition=Q(state="open"), name="question_open_once"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="question_closed_has_time",
            ),
            models.CheckConstraint(condition=Q(state__in=QuestionState.values), name="question_state"),
        ]
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(state="open"), name="question_due")]

    def __str__(self) -> str:
        return f"{self.flag_id} {self.due_on}"


class Explanation(models.Model):
    """What the employer explains, asked or (question None) of himself. `is_late`: it came after the term, and was taken."""

    flag = models.ForeignKey(Flag, models.CASCADE, related_name="explanations")
    question = models.OneToOneField(Question, models.CASCADE, null=True, related_name="explanation")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(db_default=Now())
    text = models.TextField()
    is_late = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.flag_id}"


class AttachmentQuerySet(models.QuerySet["ExplanationFile"]):
    def visible_to(self, acting: Any) -> AttachmentQuerySet:
        return self.none() if acting is None else self.filter(between_q(acting, "explanation__flag__"))


class ExplanationFile(models.Model):
    """A file of an explanation."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    explanation = models.ForeignKey(Explanation, models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.uid}"


class Decision(models.Model):
    """What an inspector decided on a flag, why, and in whose name. A later one does not erase an earlier."""

    flag = models.ForeignKey(Flag, models.CASCADE, related_name="decisions")
    verb = models.CharField(max_length=10, choices=Verb.choices)
    ground = models.CharField(max_length=20, choices=Ground.choices)
    text = models.TextField(blank=True)
    inspectorate = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(db_default=Now())
    found = models.TextField(blank=True)  # the values that were judged
    expected = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=Verb.values), name="decision_verb"),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="decision_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.flag_id} {self.verb}"
