"""The Job row is the truth about long work; the queue only wakes it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantRow


class Job(models.Model):
    """One piece of long work.  Ids and state only, outside row-level security: the sweep has no
    scope.

    What it is about (parameters, result, outcome per dossier) is in `JobItem`, behind the wall.
    A job over many dossiers has them in `targets`: the first `total` are to be done, the others
    were left alone by its preview; `cursor` counts those behind it.  `undoes` is the job that this
    one takes back.
    `about` is the job that this one takes back, or whose remains it clears; `undo_until` is the
    moment after which nobody can take it back.
    """

    class State(models.TextChoices):
        """draft → previewed → confirmed → running → done → undone; failed, cancelled, expired."""

        DRAFT = "draft", "Brouillon"
        PREVIEWED = "previewed", "Aperçu prêt"
        CONFIRMED = "confirmed", "En attente"
        RUNNING = "running", "En cours"
        DONE = "done", "Terminé"
        UNDONE = "undone", "Annulé après coup"
        FAILED = "failed", "Échoué"
        CANCELLED = "cancelled", "Annulé"
        EXPIRED = "expired", "Périmé"

    OVER = ("done", "undone", "failed", "cancelled", "expired")
    ACTIVE = ("confirmed", "running")

    kind = models.CharField(max_length=60)
    firm_id = models.BigIntegerField(null=True)
    dossier_id = models.BigIntegerField(null=True)
    requested_by = models.BigIntegerField(null=True)
    idempotency_key = models.CharField(max_length=120)
    is_destructive = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CONFIRMED)
    targets = ArrayField(models.BigIntegerField(), default=list, db_default=models.Value([]))
    undoes = models.BigIntegerField(null=True)
    cursor = models.BigIntegerField(default=0, db_default=0)
    done = models.BigIntegerField(default=0, db_default=0)
    total = models.BigIntegerField(default=0, db_default=0)
    step = models.CharField(max_length=120, default="", db_default="")
    lease_until = models.DateTimeField(null=True)
    runner = models.CharField(max_length=80, default="", db_default="")
    attempts = models.IntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    about = models.BigIntegerField(null=True)
    undo_until = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False, db_default=False)
    error_code = models.CharField(max_length=80, default="", db_default="")
    error = models.TextField(default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "dossier_id", "idempotency_key"],
                name="one_job_per_key",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["dossier_id"],
                condition=models.Q(is_destructive=True, state__in=["confirmed", "running"]),
                name="one_destructive_job_per_dossier",
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=models.Q(state__in=["confirmed", "running", "done"]),
                name="one_undo_per_job",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "created_at"],
                condition=models.Q(state="previewed"),
                name="previews_by_age",
            ),
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state__in=["confirmed", "running"]),
                name="jobs_to_run",
            ),
            models.Index(fields=["firm_id", "-created_at"], name="jobs_by_firm"),
            models.Index(fields=["requested_by", "-created_at"], name="jobs_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in self.OVER


class JobItem(TenantRow):
    """The job's business with one dossier: what was asked, what came of it."""

    class State(models.TextChoices):
        """planned → done, skipped or failed."""

        PLANNED = "planned", "Prévu"
        DONE = "done", "Fait"
        SKIPPED = "skipped", "Ignoré"
        FAILED = "failed", "Échoué"

    id = models.BigAutoField(primary_key=True)
    dossier_id = models.BigIntegerField()
    job_id = models.BigIntegerField()
    label = models.CharField(max_length=200, default="", db_default="")
    params = models.JSONField(default=dict, db_default={})
    result = models.JSONField(default=dict, db_default={})
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.TextField(default="", db_default="")

    class Meta(TenantRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier_id", "job_id"], name="one_item_per_dossier_and_job"
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.dossier_id}: {self.state}"
