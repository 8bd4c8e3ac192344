"""The end of a dossier: asked for, waited for, done, with the receipt that stays."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.models import Firm


class DossierDeletion(models.Model):
    """One asking for the deletion of a dossier, and its receipt.  An access table of the firm.

    It outlives the dossier, whose name it copies.  `manifest_sha256` is that of the manifest of the
    portable archive, `removed` says how many rows of each table went, `bytes_gone_at` when the last
    of its files had left the storage.
    """

    firm = models.ForeignKey(Firm, models.RESTRICT, related_name="dossier_deletions")
    dossier_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=60)
    siren = models.CharField(max_length=9, blank=True, db_default="")
    is_confidential = models.BooleanField(default=False, db_default=False)
    requested_by = models.BigIntegerField(null=True)
    requested_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    job_id = models.BigIntegerField(null=True)
    archive_job_id = models.BigIntegerField(null=True)
    archive_sha256 = models.CharField(max_length=64, blank=True, db_default="")
    manifest_sha256 = models.CharField(max_length=64, blank=True, db_default="")
    removed = models.JSONField(default=dict, db_default={})
    cancelled_by = models.BigIntegerField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    bytes_gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier_id"],
                condition=models.Q(cancelled_at=None),
                name="one_open_deletion_per_dossier",
            )
        ]
        indexes = [models.Index(fields=["firm", "-requested_at"], name="deletions_by_firm")]

    def __str__(self) -> str:
        return f"{self.slug}: {self.due_at:%d/%m/%Y}"
