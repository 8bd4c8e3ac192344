"""Auto-factures: purchase records expected of recurring bank transactions.

Never numbered nor electronic: self-billing (CGI 289 I-2) is another thing.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.bank import BankTransaction
from ledger.models.chart import Account, ThirdParty
from ledger.models.invoices import Invoice


class AutoInvoiceRule(TenantModel):
    """Which money that leaves is a supplier's recurring invoice, and what it is booked on.

    A transaction matches when its label holds every word of `words` (letters and figures alone
    count) and its amount lies between `least` and `most`, in positive cents; of a period of the
    `rhythm` only the first one counts.  `vat_rate` is in per cent.
    """

    class Rhythm(models.TextChoices):
        """At most one record in each of these."""

        WEEKLY = "weekly", "Chaque semaine"
        MONTHLY = "monthly", "Chaque mois"
        QUARTERLY = "quarterly", "Chaque trimestre"
        YEARLY = "yearly", "Chaque année"
        ANY = "any", "À chaque opération"

    id = models.BigAutoField(primary_key=True)
    third_party = TenantForeignKey(ThirdParty)
    words = models.CharField("mots du libellé", max_length=200)
    least = models.BigIntegerField("montant minimal", null=True)
    most = models.BigIntegerField("montant maximal", null=True)
    rhythm = models.CharField(
        "rythme", max_length=9, choices=Rhythm.choices, default=Rhythm.MONTHLY
    )
    account = TenantForeignKey(Account, null=True)
    vat_rate = models.DecimalField("taux de TVA", max_digits=5, decimal_places=2, null=True)
    is_active = models.BooleanField(default=False, db_default=False)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["third_party"], name="rules_by_third_party")]

    def __str__(self) -> str:
        return self.words


class AutoInvoice(TenantModel):
    """The record that a rule made of a bank transaction: never two of the same one.

    The row outlives a deleted invoice, so that it is not made again; it goes with its transaction.
    """

    id = models.BigAutoField(primary_key=True)
    rule = TenantForeignKey(AutoInvoiceRule)
    transaction = TenantForeignKey(BankTransaction)
    invoice = TenantForeignKey(Invoice, null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "transaction"], name="one_auto_invoice_per_transaction"
            )
        ]
        indexes = [
            models.Index(
                fields=["invoice"],
                condition=models.Q(invoice__isnull=False),
                name="auto_invoices_by_invoice",
            ),
            models.Index(fields=["rule"], name="auto_invoices_by_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.transaction_id} → {self.invoice_id}"
