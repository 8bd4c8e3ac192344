"""VAT returns: the CA3 of a period, as it was prepared, handed over and answered."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.entries import Entry


class VatReturn(TenantModel):
    """The return (CA3) of one period, both days included.

    `base` and `tax` hold whole euros by box, as the form shows them; `mark` is a digest of the sums
    that they were worked out of, so that a later change is seen.  `credit_brought`, `refund`, `due`
    and `credit_carried` are lines 22, 26, 32 and 27, in whole euros.  `steps` tells each change of
    state: `state`, `at`, `by` (a person's id) and `note`.
    """

    class State(models.TextChoices):
        """draft → prepared → handed_over → accepted | rejected; rejected → draft again."""

        DRAFT = "draft", "Brouillon"
        PREPARED = "prepared", "Préparée"
        HANDED_OVER = "handed_over", "Transmise"
        ACCEPTED = "accepted", "Acceptée"
        REJECTED = "rejected", "Rejetée"

    OPEN = ("draft", "prepared", "rejected")

    id = models.BigAutoField(primary_key=True)
    start = models.DateField("début")
    end = models.DateField("fin")
    regime = models.CharField("régime", max_length=12, blank=True, db_default="")
    state = models.CharField(max_length=11, choices=State.choices, default=State.DRAFT)
    base = models.JSONField(default=dict, db_default={})
    tax = models.JSONField(default=dict, db_default={})
    mark = models.CharField(max_length=32, blank=True, db_default="")
    credit_brought = models.BigIntegerField("crédit imputé", db_default=0, default=0)
    refund = models.BigIntegerField("remboursement demandé", db_default=0, default=0)
    due = models.BigIntegerField("à payer", db_default=0, default=0)
    credit_carried = models.BigIntegerField("crédit à reporter", db_default=0, default=0)
    settlement = TenantForeignKey(Entry, null=True)
    reference = models.CharField("référence", max_length=100, blank=True, db_default="")
    reason = models.CharField("motif", max_length=500, blank=True, db_default="")
    steps = models.JSONField(default=list, db_default=[])
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dossier", "end"], name="one_vat_return_per_end"),
            models.CheckConstraint(
                condition=models.Q(start__lte=models.F("end")), name="vat_return_runs_forward"
            ),
        ]
        indexes = [
            models.Index(
                fields=["settlement"],
                condition=models.Q(settlement__isnull=False),
                name="vat_returns_by_settlement",
            ),
        ]

    def __str__(self) -> str:
        return f"CA3 {self.start:%d/%m/%Y} – {self.end:%d/%m/%Y}"


class VatSettings(TenantModel):
    """How a dossier declares VAT: who is told, and rates that account labels do not say.

    `rates` gives per cent, as text, by an account's number.
    """

    id = models.BigAutoField(primary_key=True)
    tells_client = models.BooleanField(default=True, db_default=True)
    rates = models.JSONField(default=dict, db_default={})

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dossier"], name="one_vat_settings_per_dossier")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: VAT"
