"""The audit trail: append-only, chained per firm."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class AuditEvent(models.Model):
    """Something somebody did.  Its id is made in Python so that it can be inserted in any scope.

    `dossier_id` and `user_id` are plain integers: the trail outlives what it speaks of.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm_id = models.BigIntegerField(null=True)
    dossier_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=80)
    details = models.JSONField(default=dict, db_default={})
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["firm_id", "-at"], name="audit_by_firm"),
            models.Index(fields=["dossier_id", "-at"], name="audit_by_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class AuditSeal(models.Model):
    """The place of an event in its firm's chain, written at commit by a trigger, not by Python."""

    event = models.OneToOneField(AuditEvent, models.RESTRICT, primary_key=True, db_constraint=False)
    firm_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm_id", "seq"], name="one_chain_per_firm"),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id}/{self.seq}"
