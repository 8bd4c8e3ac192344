"""What people decided about the anomalies of a year."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantModel


class AnomalyDismissal(TenantModel):
    """A hit of a rule, or a whole rule, set aside for a fiscal year, and why.

    The hit is told by `entry_id` and `line_no` (0 for the whole entry), or by the numbers `account`
    and `third` where it is a balance.  It counts while the amount (cents) and the entry are those
    of that moment: `fingerprint` is that of the entry's lines.  No foreign keys: what was set aside
    is remembered although the entry was deleted and came back by an undo.  `act` names one decision
    about several hits.
    """

    id = models.BigAutoField(primary_key=True)
    year_end = models.DateField()
    rule = models.CharField(max_length=40)
    is_whole = models.BooleanField(default=False, db_default=False)
    entry_id = models.BigIntegerField(default=0, db_default=0)
    line_no = models.IntegerField(default=0, db_default=0)
    account = models.CharField(max_length=60, default="", db_default="")
    third = models.CharField(max_length=100, default="", db_default="")
    amount = models.BigIntegerField(default=0, db_default=0)
    fingerprint = models.CharField(max_length=32, default="", db_default="")
    reason = models.CharField(max_length=500)
    act = models.UUIDField()
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    revoked_by = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "dossier", "year_end", "rule", "is_whole", "entry_id", "line_no", "account",
                    "third",
                ],
                condition=models.Q(revoked_at__isnull=True),
                name="one_dismissal_per_hit",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["dossier", "act"], name="dismissals_by_act")]

    def __str__(self) -> str:
        return f"{self.rule} {self.year_end:%Y}: {self.reason}"
