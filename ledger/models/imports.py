"""FEC files that came in, and what was found in them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel


class FecImport(TenantModel):
    """One file, from its upload to its undoing.  The original bytes stay under `sha256`."""

    class State(models.TextChoices):
        """uploaded → parsed → to_review → importing → imported → undoing → undone; or an end."""

        UPLOADED = "uploaded", "Reçu"
        PARSED = "parsed", "Lu"
        TO_REVIEW = "to_review", "À traiter"
        IMPORTING = "importing", "Import en cours"
        IMPORTED = "imported", "Importé"
        UNDOING = "undoing", "Annulation en cours"
        UNDONE = "undone", "Annulé"
        REJECTED = "rejected", "Refusé"
        FAILED = "failed", "Échoué"
        CANCELLED = "cancelled", "Abandonné"

    class Mode(models.TextChoices):
        """What to do with a year that already has books from another file."""

        REFUSE = "refuse", "Refuser"
        APPEND = "append", "Ajouter ce qui manque"
        REPLACE = "replace", "Remplacer"

    id = models.BigAutoField(primary_key=True)
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    mode = models.CharField(max_length=8, choices=Mode.choices, blank=True, db_default="")
    structure = models.CharField(max_length=20, blank=True, db_default="")
    accounting = models.CharField(max_length=24, blank=True, db_default="")
    line_count = models.BigIntegerField(db_default=0)
    entry_count = models.BigIntegerField(db_default=0)
    debit = models.BigIntegerField(db_default=0)
    credit = models.BigIntegerField(db_default=0)
    year_start = models.DateField(null=True)
    year_end = models.DateField(null=True)
    summary = models.JSONField(default=dict, db_default={})
    corrections = models.JSONField(default=dict, db_default={})
    finding_counts = models.JSONField(default=dict, db_default={})
    error = models.TextField(blank=True, db_default="")
    job_id = models.BigIntegerField(null=True)
    uploaded_by = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField(db_default=Now())
    confirmed_by = models.BigIntegerField(null=True)
    imported_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    searchable_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["dossier", "-uploaded_at"], name="imports_by_date")]

    def __str__(self) -> str:
        return self.file_name


class FecFinding(TenantModel):
    """Something found in a file; the first thousand of each code, counts are in the import."""

    id = models.BigAutoField(primary_key=True)
    fec_import = TenantForeignKey(FecImport, models.CASCADE, related_name="findings")
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=7)
    line = models.BigIntegerField(null=True)
    column = models.CharField(max_length=60, blank=True, db_default="")
    message = models.TextField()
    old = models.TextField(null=True)  # noqa: DJ001 (null: nothing was repaired; "" is a value of the file)
    new = models.TextField(null=True)  # noqa: DJ001 (idem)
    amount = models.BigIntegerField(null=True)
    settle = models.CharField(max_length=20, blank=True, db_default="")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["dossier", "fec_import", "code", "line"], name="findings_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} l. {self.line}"
