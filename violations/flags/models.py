"""Flags of violations, their history, and the runs of the check that raised them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.rights import Right
from sout_reports.models import IMPORT, INSPECT, SoutReport
from violations.flags.states import FlagState

VIEW = Right.VIEW_FLAGS
VIEW_BRANCH = Right.VIEW_FLAGS_BRANCH


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
        if acting.holds(VIEW) or (acting.holds(VIEW_BRANCH) and acting.branch is not None):
            seen |= SoutReport.objects.all().of_employer_q(acting, "report__")
        if acting.holds(IMPORT):
            seen |= Q(report__organization=acting.organization)
        if acting.holds(INSPECT):
            seen |= SoutReport.objects.all().supervised_q(acting, "report__")
        return self.filter(seen)

    def open(self) -> FlagQuerySet:
        return self.filter(state=FlagState.OPEN)


class Flag(models.Model):
    """A finding kept: identity is (report, rule, object in the file). A re-check updates the values and keeps their history."""

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

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "rule", "object_ordinal", "part"], name="flag_once"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="flag_closed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["report", "state", "rule"], name="flag_report_state"),
            models.Index(fields=["raised_at", "id"], name="flag_raised"),
            models.Index(fields=["rule", "id"], name="flag_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.workplace_number}"


class FlagChange(models.Model):
    """A line of a flag's history; `before` and `after` hold the values that changed."""

    flag = models.ForeignKey(Flag, models.CASCADE, related_name="changes")
    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=20)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.flag_id} {self.what}"
