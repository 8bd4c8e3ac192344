"""The review of a year (révision): what was done, noted and signed on its accounts."""

from __future__ import annotations

from django.db import models

from firm.models import Firm
from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.chart import Account, FiscalYear


class FirmBooks(models.Model):
    """What a firm sets for the books of all its dossiers.

    A variation is looked at from `materiality` cents and `materiality_percent` per cent on, both
    reached.  `colour` (`#rrggbb`) is that of its plaquettes.
    """

    firm = models.OneToOneField(Firm, models.CASCADE, primary_key=True, related_name="+")
    materiality = models.BigIntegerField("seuil en euros", default=500_00, db_default=500_00)
    materiality_percent = models.DecimalField(
        "seuil en pour cent", max_digits=5, decimal_places=1, default=10, db_default=10
    )
    colour = models.CharField("couleur", max_length=7, default="#2a50c7", db_default="#2a50c7")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(materiality__gte=0) & models.Q(materiality_percent__gte=0),
                name="firm_materiality_not_negative",
            )
        ]

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.materiality}"


class ReviewYear(TenantModel):
    """The thresholds of one year of a dossier, in place of the firm's; empty: the firm's.

    `materiality` is cents, `materiality_percent` per cent.
    """

    id = models.BigAutoField(primary_key=True)
    fiscal_year = TenantForeignKey(FiscalYear)
    materiality = models.BigIntegerField(null=True)
    materiality_percent = models.DecimalField(max_digits=5, decimal_places=1, null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dossier", "fiscal_year"], name="one_review_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id}: {self.materiality}"


class ReviewSheet(TenantModel):
    """One account in one year: its note, its own threshold, and who signed which figure.

    `signed` is the closing balance (cents, debit positive) that the reviser saw: while the account
    shows another, the signature is stale.  `batch` names the act that signed last, and `previous`
    what the sheet said before it, so that the act can be taken back.
    """

    id = models.BigAutoField(primary_key=True)
    fiscal_year = TenantForeignKey(FiscalYear)
    account = TenantForeignKey(Account)
    note = models.TextField(blank=True, db_default="", default="")
    materiality = models.BigIntegerField(null=True)
    signed = models.BigIntegerField(null=True)
    revised_by = models.BigIntegerField(null=True)
    revised_at = models.DateTimeField(null=True)
    supervised_by = models.BigIntegerField(null=True)
    supervised_at = models.DateTimeField(null=True)
    batch = models.UUIDField(null=True, default=None)
    previous = models.JSONField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "fiscal_year", "account"], name="one_sheet_per_account"
            ),
            models.CheckConstraint(
                condition=models.Q(revised_at__isnull=True, signed__isnull=True)
                | models.Q(revised_at__isnull=False, signed__isnull=False),
                name="sheet_signed_with_its_figure",
            ),
            models.CheckConstraint(
                condition=models.Q(supervised_at__isnull=True) | models.Q(revised_at__isnull=False),
                name="sheet_revised_before_supervised",
            ),
            models.CheckConstraint(
                condition=models.Q(supervised_by__isnull=True)
                | models.Q(revised_by__isnull=True)
                | ~models.Q(supervised_by=models.F("revised_by")),
                name="sheet_signed_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id}/{self.account_id}"


class ReviewStep(TenantModel):
    """One question of the programme, answered for one year."""

    id = models.BigAutoField(primary_key=True)
    fiscal_year = TenantForeignKey(FiscalYear)
    cycle = models.CharField(max_length=20)
    step = models.CharField(max_length=40)
    is_applicable = models.BooleanField(default=True, db_default=True)
    note = models.TextField(blank=True, db_default="", default="")
    done_by = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "fiscal_year", "cycle", "step"], name="one_answer_per_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id}/{self.cycle}/{self.step}"
