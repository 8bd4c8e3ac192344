"""Cut-offs at the end of a year (régularisations): what they are about, and what was written."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel


class CutOff(TenantModel):
    """A charge or an income that does not belong to the year in which it is booked.

    `amount` is cents without VAT, positive; `vat` the VAT that waits on 44586 or 44587.  What is
    spread (`prepaid`, `deferred`) has a service, `since` to `until` both included, and is written
    at each closing from `year_end` on before its end; the others once, at `year_end`.  `account` is
    the charge or the income, by its number.  The source line is no key: it may go with its file.
    """

    class Kind(models.TextChoices):
        """What it is; the account of each is in `ledger/assets/data/accounts.yaml`."""

        PREPAID = "prepaid", "Charge constatée d’avance"
        DEFERRED = "deferred", "Produit constaté d’avance"
        ACCRUED_PURCHASE = "accrued_purchase", "Facture non parvenue"
        ACCRUED_SALE = "accrued_sale", "Facture à établir"
        ACCRUED_STAFF = "accrued_staff", "Charge à payer\u00a0: personnel"
        ACCRUED_SOCIAL = "accrued_social", "Charge à payer\u00a0: organismes sociaux"
        ACCRUED_TAX = "accrued_tax", "Charge à payer\u00a0: État"
        ACCRUED_OTHER = "accrued_other", "Charge à payer\u00a0: divers"
        ACCRUED_INCOME = "accrued_income", "Produit à recevoir"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    label = models.CharField("libellé", max_length=300)
    account = models.CharField("compte", max_length=60)
    amount = models.BigIntegerField("montant hors taxes")
    vat = models.BigIntegerField("TVA", default=0, db_default=0)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    year_end = models.DateField()
    source_entry_id = models.BigIntegerField(null=True)
    source_line_no = models.IntegerField(null=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["dossier", "kind", "id"], name="cutoffs_by_kind")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, vat__gte=0), name="cutoff_is_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(since__isnull=True) | models.Q(since__lte=models.F("until")),
                name="service_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_spread(self) -> bool:
        """Whether it has a service, spread by its days."""
        return self.kind in (self.Kind.PREPAID, self.Kind.DEFERRED)


class CutOffWriting(TenantModel):
    """The entry of a cut-off at one closing, and its reversal on the next day.

    A writing counts while its entry is in the books, a reversal likewise: neither is a key.
    Without `reversal_id` the reversal is due (the next year is not open yet).
    """

    id = models.BigAutoField(primary_key=True)
    cutoff = TenantForeignKey(CutOff)
    closing = models.DateField()
    amount = models.BigIntegerField()
    entry_id = models.BigIntegerField(null=True)
    reversal_id = models.BigIntegerField(null=True)
    batch = models.UUIDField()
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["dossier", "cutoff", "closing"], name="writings_by_cutoff"),
            models.Index(fields=["dossier", "batch"], name="writings_by_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.cutoff_id} {self.closing:%d/%m/%Y} {self.amount}"
