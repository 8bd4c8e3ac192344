"""Spreadsheets of invoices, between their reading and their writing."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantModel


class InvoiceFile(TenantModel):
    """A spreadsheet as it was read: texts.  `mapping` says which column each field comes from.

    Nothing is an invoice before somebody confirms, and then all of it or nothing; `made` counts.
    """

    class State(models.TextChoices):
        """previewed → done or dropped."""

        PREVIEWED = "previewed", "À confirmer"
        DONE = "done", "Importé"
        DROPPED = "dropped", "Abandonné"

    id = models.BigAutoField(primary_key=True)
    direction = models.CharField(max_length=8)
    name = models.CharField("nom", max_length=255)
    heads = models.JSONField()
    rows = models.JSONField()
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PREVIEWED)
    made = models.IntegerField(db_default=0)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField("reçu le", db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["dossier", "direction", "-created_at"], name="invoice_files_by_date"
            )
        ]

    def __str__(self) -> str:
        return self.name
