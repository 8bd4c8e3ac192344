"""What a merge of two dossiers moved, so that it can be taken back."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantModel


class DossierMerge(TenantModel):
    """An empty duplicate went into this dossier; the duplicate itself is hidden, not deleted.

    `filled` holds the fields that the duplicate gave, with their value before; `contacts` and
    `grants` are the ids of the rows that were copied here.
    """

    id = models.BigAutoField(primary_key=True)
    source_id = models.BigIntegerField()
    source_name = models.CharField(max_length=200)
    source_siren = models.CharField(max_length=9, blank=True, db_default="")
    filled = models.JSONField(default=dict, db_default={})
    contacts = models.JSONField(default=list, db_default=[])
    grants = models.JSONField(default=list, db_default=[])
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.source_id} into {self.dossier_id}"
