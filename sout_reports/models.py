"""Tables of СОУТ reports. Bulk rows come by COPY through `sout_reports.staging`."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.rights import Right
from sout_reports.states import State, Verdict

VIEW = Right.VIEW_REPORTS
IMPORT = Right.IMPORT_REPORTS
INSPECT = Right.INSPECT_FLAGS


class SoutReportQuerySet(models.QuerySet["SoutReport"]):
    def visible_to(self, acting: Any) -> SoutReportQuerySet:
        """The employer's accepted reports (of the branch only for a branch), those the SOUT organization brought, and for an
        inspector those of his territory."""
        if acting is None:
            return self.none()
        seen = Q(pk__in=[])
        if acting.holds(VIEW):
            seen |= self.of_employer_q(acting)
        if acting.holds(IMPORT):
            seen |= Q(organization=acting.organization)
        if acting.holds(INSPECT):
            seen |= self.supervised_q(acting)
        return self.filter(seen)

    @staticmethod
    def supervised_q(acting: Any, prefix: str = "") -> Q:
        """What the acting inspectorate supervises, as a condition on a row related to a report by `prefix`."""
        accepted = Q(**{f"{prefix}state__in": [State.ACCEPTED, State.SUPERSEDED]})
        return acting.territory_q(f"{prefix}region") & accepted

    @staticmethod
    def of_employer_q(acting: Any, prefix: str = "") -> Q:
        """What the acting employer may see, as a condition on a row related to a report by `prefix`."""
        mine = Q(**{f"{prefix}employer": acting.organization, f"{prefix}state__in": [State.ACCEPTED, State.SUPERSEDED]})
        return mine & Q(**{f"{prefix}branch": acting.branch}) if acting.branch is not None else mine

    def of_employer(self, acting: Any) -> SoutReportQuerySet:
        """Reports on the acting organization as an employer."""
        return self.filter(self.of_employer_q(acting)) if acting is not None and acting.holds(VIEW) else self.none()

    def brought_by(self, acting: Any) -> SoutReportQuerySet:
        """Reports that the acting SOUT organization uploaded."""
        return (
            self.filter(organization=acting.organization)
            if acting is not None and acting.holds(IMPORT)
            else self.none()
        )


class SoutReport(models.Model):
    """A report and its receipt. `organization` brought it; `employer` is known once the file was read.

    `verdict` and the counts of open flags are written by violations through `sout_reports.actions`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.BigIntegerField(unique=True)  # system number, printed on the receipt
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64, blank=True)  # of the XML inside the container
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="brought_reports")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    employer = models.ForeignKey("accounts.Organization", models.PROTECT, null=True, related_name="sout_reports")
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, null=True, related_name="sout_reports")
    region = models.CharField(
        max_length=3, blank=True
    )  # of the employer or the branch: whose inspectorate supervises it
    employer_name = models.TextField(blank=True)
    employer_inn = models.CharField(max_length=12, blank=True)
    sout_organization_name = models.TextField(blank=True)
    sout_id = models.CharField(max_length=20, blank=True)
    approved_on = models.DateField(null=True)
    submission_kind = models.CharField(max_length=20, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    workplaces = models.PositiveIntegerField(default=0)
    workers = models.PositiveIntegerField(default=0)
    harmful = models.PositiveIntegerField(default=0)
    class_counts = models.JSONField(default=dict)
    header = models.JSONField(default=dict)  # what the pages show of the file's head: see selectors.header_of
    # by what its experts are searched: sout_reports.experts
    expert_keys = ArrayField(models.CharField(max_length=120), default=list, db_default=[])
    open_flags = models.PositiveIntegerField(default=0)
    open_violations = models.PositiveIntegerField(default=0)  # those that make the verdict
    edition = models.CharField(max_length=80, blank=True)
    accepted_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    problems = models.JSONField(default=list)  # of a refused file: at most SOUT_PROBLEMS_LISTED_MAX
    problems_total = models.PositiveIntegerField(default=0)

    objects = SoutReportQuerySet.as_manager()

    class Meta:
        constraints = [
            # the same bytes from the same organization: the first receipt (a refused file is judged anew)
            models.UniqueConstraint(
                fields=["organization", "sha256"], condition=~Q(state="refused"), name="report_same_bytes_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "superseded"], accepted_at__isnull=False)
                | (~Q(state__in=["accepted", "superseded"]) & Q(accepted_at=None)),
                name="report_accepted_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refused_at__isnull=False) | (~Q(state="refused") & Q(refused_at=None)),
                name="report_refused_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state="superseded", superseded_at__isnull=False)
                | (~Q(state="superseded") & Q(superseded_at=None)),
                name="report_superseded_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "superseded"]) | ~Q(verdict=""), name="report_accepted_has_verdict"
            ),
        ]
        indexes = [
            models.Index(fields=["employer", "approved_on", "id"], name="report_employer_approved"),
            models.Index(fields=["region", "number", "id"], name="report_region_number"),
            models.Index(fields=["employer", "number", "id"], name="report_employer_number"),
            models.Index(fields=["employer", "workplaces", "id"], name="report_employer_places"),
            models.Index(fields=["organization", "received_at", "id"], name="report_organization_received"),
            models.Index(fields=["sout_id"], condition=Q(state="accepted"), name="report_sout_id"),
            GinIndex(fields=["expert_keys"], name="report_experts"),
        ]

    def __str__(self) -> str:
        return f"№ {self.number}"

    @property
    def is_refused(self) -> bool:
        return self.state == State.REFUSED

    def is_of_employer(self, acting: Any) -> bool:
        """`of_employer_q`, asked of a row that was read already."""
        mine = self.employer_id == acting.organization.pk and self.state in {State.ACCEPTED, State.SUPERSEDED}
        return mine and (acting.branch is None or self.branch_id == acting.branch.pk)

    def is_readable_by(self, acting: Any) -> bool:
        """Whether its pages and those of its workplaces open: `visible_to` of an accepted report, asked of a row that was
        read already. A link that does not open is plain text."""
        if self.state not in {State.ACCEPTED, State.SUPERSEDED}:
            return False
        brought = acting.holds(IMPORT) and self.organization_id == acting.organization.pk
        return brought or self.is_supervised_by(acting) or (acting.holds(VIEW) and self.is_of_employer(acting))

    def is_supervised_by(self, acting: Any) -> bool:
        """`supervised_q`, asked of a row that was read already."""
        return (
            acting.holds(INSPECT)
            and self.state in {State.ACCEPTED, State.SUPERSEDED}
            and acting.supervises(self.region)
        )


class WorkplaceQuerySet(models.QuerySet["Workplace"]):
    def visible_to(self, acting: Any) -> WorkplaceQuerySet:
        return self.filter(report__in=SoutReport.objects.visible_to(acting))


class Workplace(models.Model):
    """A workplace of an accepted report. `number` is as the file has it; `current_number` with the commission's overlay.

    `fragment`: the element's own XML, zlib-compressed; `details`: its Extension part, if any. One reader
    (sout_reports.document) serves the file, the page and the re-check.
    """

    report = models.ForeignKey(
        SoutReport, models.CASCADE, related_name="places", db_index=False
    )  # «workplace_once» serves it
    ordinal = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    path = models.CharField(max_length=120)
    number = models.TextField()
    current_number = models.TextField()
    number_order = models.CharField(max_length=64)  # sortable form of current_number
    position = models.TextField()
    subunit = models.TextField(blank=True)
    profession = models.CharField(max_length=40, blank=True)
    card_number = models.TextField(blank=True)
    card_date = models.DateField(null=True)
    workers = models.IntegerField()
    women = models.IntegerField(null=True)
    teenagers = models.IntegerField(null=True)
    disabled = models.IntegerField(null=True)
    final_class = models.CharField(max_length=4)  # with personal protective equipment where the card says so
    conditions = models.CharField(max_length=4, blank=True)
    conditions_ppe = models.CharField(max_length=4, blank=True)
    previous_number = models.TextField(blank=True)
    similar_group = models.PositiveIntegerField(null=True)
    liquidated_on = models.DateField(null=True)
    fragment = models.BinaryField()
    details = models.BinaryField(null=True)

    objects = WorkplaceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "ordinal"], name="workplace_once")]
        indexes = [
            models.Index(fields=["report", "number_order", "id"], name="workplace_number"),
            models.Index(fields=["report", "final_class", "id"], name="workplace_class"),
            models.Index(fields=["report", "workers", "id"], name="workplace_workers"),
        ]

    def __str__(self) -> str:
        return f"{self.numbered} {self.position}"

    @property
    def numbered(self) -> str:
        """«№ 12», or «без номера»: a file may leave the number empty."""
        return f"№ {self.current_number}" if self.current_number else "без номера"


class WorkplaceFactor(models.Model):
    """A factor of line 030: 1…14 (15, 16: specificities), its class, and the class with protective equipment.

    Written by `staging.take_over` alone, from the very workplaces it has just inserted: a constraint checked row by row would
    only make every report slower.
    """

    workplace = models.ForeignKey(
        Workplace, models.CASCADE, related_name="factors", db_index=False, db_constraint=False
    )
    factor = models.PositiveSmallIntegerField()
    conditions = models.CharField(max_length=4)
    conditions_ppe = models.CharField(max_length=4, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workplace", "factor"], name="workplace_factor")]

    def __str__(self) -> str:
        return f"{self.factor}: {self.conditions}"


class WorkplaceWorker(models.Model):
    """A СНИЛС of line 021, as digits (as written where it has no eleven digits). Written as WorkplaceFactor is."""

    workplace = models.ForeignKey(
        Workplace, models.CASCADE, related_name="workplace_workers", db_index=False, db_constraint=False
    )
    snils = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(fields=["workplace"], name="workplace_worker"),
            models.Index(fields=["snils"], name="worker_snils"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class MeasurementProtocol(models.Model):
    """A protocol of measurements of the report's Extension; `fragment` as in Workplace."""

    report = models.ForeignKey(SoutReport, models.CASCADE, related_name="protocols", db_index=False)
    workplace = models.ForeignKey(
        Workplace, models.CASCADE, null=True, related_name="protocols", db_constraint=False
    )  # as in WorkplaceFactor
    ordinal = models.PositiveIntegerField()
    number = models.TextField()
    date = models.DateField(null=True)
    factor = models.PositiveSmallIntegerField()
    factor_name = models.TextField()
    conditions = models.CharField(max_length=4)
    fragment = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "ordinal"], name="measurement_protocol_once")]

    def __str__(self) -> str:
        return f"№ {self.number}"


class SimilarGroup(models.Model):
    """A group of analogous workplaces (426-ФЗ art. 9 p. 6), by numbers as written in the file."""

    report = models.ForeignKey(SoutReport, models.CASCADE, related_name="similar_groups")
    ordinal = models.PositiveIntegerField()
    path = models.CharField(max_length=120)
    numbers = ArrayField(models.TextField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "ordinal"], name="similar_group_once")]

    def __str__(self) -> str:
        return ", ".join(self.numbers)


class Renumbering(models.Model):
    """The commission's decision on a workplace: an overlay, the file stays as it came. The protocol is named by uid: it lives
    in an app above."""

    workplace = models.ForeignKey(Workplace, models.CASCADE, related_name="renumberings")
    old_number = models.TextField()
    new_number = models.TextField()
    liquidated = models.BooleanField(default=False)
    protocol_uid = models.UUIDField()
    protocol_number = models.CharField(max_length=60)
    protocol_date = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workplace", "protocol_uid"], name="renumbering_once")]

    def __str__(self) -> str:
        return f"{self.old_number} → {self.new_number}"


class StagedWorkplace(models.Model):
    """Rows of an attempt that has not ended: taken over by INSERT … SELECT, or swept. The table is unlogged: a crash of the
    database empties it, the taking over then finds too few rows and the job runs again."""

    job = models.UUIDField()
    attempt = models.PositiveIntegerField()
    ordinal = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    path = models.CharField(max_length=120)
    number = models.TextField()
    number_key = models.TextField()
    number_order = models.CharField(max_length=64)
    position = models.TextField()
    position_key = models.TextField()
    subunit = models.TextField()
    unit_key = models.TextField()
    profession = models.CharField(max_length=40)
    card_number = models.TextField()
    card_date = models.DateField(null=True)
    workers = models.IntegerField()
    women = models.IntegerField(null=True)
    teenagers = models.IntegerField(null=True)
    disabled = models.IntegerField(null=True)
    final_class = models.CharField(max_length=4)
    conditions = models.CharField(max_length=4)
    conditions_ppe = models.CharField(max_length=4)
    snils = ArrayField(models.TextField())
    factors = ArrayField(models.PositiveSmallIntegerField())
    factor_classes = ArrayField(models.TextField())
    factor_classes_ppe = ArrayField(models.TextField())
    fragment = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["job", "attempt"], name="staged_workplace")]

    def __str__(self) -> str:
        return f"{self.job}/{self.attempt} {self.ordinal}"


class StagedPart(models.Model):
    """Parts of the Extension that follow the workplaces: `details` (joined by number) and `protocol`."""

    job = models.UUIDField()
    attempt = models.PositiveIntegerField()
    part = models.CharField(max_length=10)
    ordinal = models.PositiveIntegerField()
    number = models.TextField()
    workplace_number = models.TextField()
    date = models.DateField(null=True)
    factor = models.PositiveSmallIntegerField()
    factor_name = models.TextField()
    conditions = models.CharField(max_length=4)
    previous_number = models.TextField()
    fragment = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["job", "attempt", "part"], name="staged_part")]

    def __str__(self) -> str:
        return f"{self.job}/{self.attempt} {self.part} {self.ordinal}"
