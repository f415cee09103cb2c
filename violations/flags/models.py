"""Flags of violations, their history, and the runs of the check that raised them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, GeneratedField, Q, Value, When
from django.db.models.functions import Now

from accounts.rights import Right
from sout_reports.models import IMPORT, INSPECT, SoutReport
from violations.flags.states import FlagState
from violations.inspection.states import WAITING, Review
from violations.rules.severity import Severity

VIEW = Right.VIEW_FLAGS
VIEW_BRANCH = Right.VIEW_FLAGS_BRANCH
REVIEW = Right.REVIEW_FLAGS


# Ranks of an inspector's queue: what asks for his next step, then what nobody has looked at, then what waits for others.
QUEUE = {
    "answered": 0,
    "overdue": 1,
    "new_violation": 2,
    "new": 3,
    "asked": 4,
    "confirmed": 5,
    "closed": 9,
}
MAKES_VIOLATION = (Severity.BLOCK.value, Severity.VIOLATION.value)


def _reads_as_employer(acting: Any) -> bool:
    return bool(acting.holds(VIEW) or (acting.holds(VIEW_BRANCH) and acting.branch is not None))


def _queue_rank() -> Case:
    new = Q(review=Review.NEW.value)
    return Case(
        When(~Q(state=FlagState.OPEN.value), then=Value(QUEUE["closed"])),
        When(review=Review.ANSWERED.value, then=Value(QUEUE["answered"])),
        When(review=Review.OVERDUE.value, then=Value(QUEUE["overdue"])),
        When(new & Q(severity__in=MAKES_VIOLATION), then=Value(QUEUE["new_violation"])),
        When(new, then=Value(QUEUE["new"])),
        When(review=Review.ASKED.value, then=Value(QUEUE["asked"])),
        default=Value(QUEUE["confirmed"]),
    )


class CheckRun(models.Model):
    """One pass of the rulebook over a report: which edition judged it, on what occasion."""

    report = models.ForeignKey("sout_reports.SoutReport", models.CASCADE, related_name="check_runs")
    edition = models.CharField(max_length=80)
    occasion = models.CharField(max_length=20)  # intake | protocol | correction
    at = models.DateTimeField(db_default=Now())
    seconds = models.FloatField(null=True)
    found = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["report", "-id"], name="check_run_report")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.edition}"


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, acting: Any) -> FlagQuerySet:
        """Flags of the employer's reports; of the branch's only for a branch. The SOUT organization sees those of the reports it
        brought, an inspector those of his territory."""
        if acting is None:
            return self.none()
        seen = Q(pk__in=[])
        if _reads_as_employer(acting):
            seen |= SoutReport.objects.all().of_employer_q(acting, "report__")
        if acting.holds(IMPORT):
            seen |= Q(report__organization=acting.organization)
        if acting.holds(INSPECT):
            seen |= acting.territory_q("region")
        return self.filter(seen)

    def of_employer(self, acting: Any) -> FlagQuerySet:
        """Flags of the acting employer's reports, of its branch's for who acts for a branch."""
        if acting is None or not _reads_as_employer(acting):
            return self.none()
        return self.filter(SoutReport.objects.all().of_employer_q(acting, "report__"))

    def supervised_by(self, acting: Any) -> FlagQuerySet:
        """Flags of the acting inspectorate's territory; reads no table but this."""
        if acting is None or not (acting.holds(INSPECT) or acting.holds(REVIEW)):
            return self.none()
        return self.filter(acting.territory_q("region"))

    def open(self) -> FlagQuerySet:
        return self.filter(state=FlagState.OPEN)


class Flag(models.Model):
    """A finding kept: identity is (report, rule, object in the file). A re-check updates the values and keeps their history.

    `review` is what an inspector makes of it, `region` the report's, kept here so that his queue reads one index; `queue_rank`
    follows from state, review and severity.
    """

    report = models.ForeignKey("sout_reports.SoutReport", models.CASCADE, related_name="flags")
    rule = models.CharField(max_length=20)
    object_ordinal = models.PositiveIntegerField()
    part = models.CharField(max_length=120, blank=True)
    severity = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=FlagState.choices, default=FlagState.OPEN)
    workplace = models.ForeignKey("sout_reports.Workplace", models.CASCADE, null=True, related_name="flags")
    workplace_number = models.TextField(blank=True)
    message = models.TextField()
    found = models.TextField(blank=True)
    expected = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True)
    line = models.PositiveBigIntegerField(null=True)
    raised_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    protocol = models.ForeignKey(
        "violations.CommissionProtocol", models.PROTECT, null=True, related_name="cleared_flags"
    )
    reason = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=3, blank=True, db_default="")
    review = models.CharField(
        max_length=10, choices=Review.choices, default=Review.NEW, db_default=Value(Review.NEW.value)
    )
    queue_rank = GeneratedField(expression=_queue_rank(), output_field=models.SmallIntegerField(), db_persist=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "rule", "object_ordinal", "part"], name="flag_once"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="flag_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="dismissed", review="dismissed") | (~Q(state="dismissed") & ~Q(review="dismissed")),
                name="flag_dismissed_by_review",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(review__in=[each.value for each in WAITING]),
                name="flag_waits_while_open",
            ),
        ]
        indexes = [
            models.Index(fields=["report", "state", "rule"], name="flag_report_state"),
            models.Index(fields=["raised_at", "id"], name="flag_raised"),
            models.Index(fields=["rule", "id"], name="flag_rule"),
            models.Index(fields=["queue_rank", "id"], name="flag_queue"),
            models.Index(fields=["region", "queue_rank", "id"], name="flag_region_queue"),
            models.Index(fields=["region", "raised_at", "id"], name="flag_region_raised"),
            models.Index(fields=["region", "rule", "id"], name="flag_region_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.workplace_number}"


class FlagChange(models.Model):
    """A line of a flag's history; `before` and `after` hold the values that changed."""

    flag = models.ForeignKey(Flag, models.CASCADE, related_name="changes")
    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, null=True, related_name="+"
    )  # the actor's
    what = models.CharField(max_length=20)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.flag_id} {self.what}"
