"""The counters of a dossier."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from clients.models.dossiers import Dossier
from firm.tenancy import TenantModel


class DossierStats(TenantModel):
    """Counters of one dossier, kept by the upper apps' actions in their own transaction.

    The cockpit and the clients page read nothing else.  Amounts are signed integer cents.
    `review_percent` is the share of the current year's accounts that are revised, none before the
    first signature; `review_stale` counts those whose figure moved since.
    """

    dossier = models.OneToOneField(Dossier, models.CASCADE, primary_key=True, related_name="stats")
    entries = models.BigIntegerField(default=0, db_default=0)
    lines = models.BigIntegerField(default=0, db_default=0)
    cash = models.BigIntegerField(default=0, db_default=0)
    suspense = models.BigIntegerField(default=0, db_default=0)
    unlettered = models.IntegerField(default=0, db_default=0)
    to_book = models.IntegerField(default=0, db_default=0)
    imports_to_review = models.IntegerField(default=0, db_default=0)
    duplicates = models.IntegerField(default=0, db_default=0)
    missing_receipts = models.IntegerField(default=0, db_default=0)
    next_due_on = models.DateField(null=True)
    review_stale = models.IntegerField(default=0, db_default=0)
    review_percent = models.IntegerField(null=True)
    last_entry_on = models.DateField(null=True)
    last_import_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.entries} entries"
