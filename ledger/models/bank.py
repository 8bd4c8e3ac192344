"""Bank accounts and what moved on them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.chart import Account
from ledger.models.entries import Entry


class BankAccount(TenantModel):
    """A bank account, seen from its account in the books (512…)."""

    id = models.BigAutoField(primary_key=True)
    account = TenantForeignKey(Account)
    name = models.CharField(max_length=300)
    iban = models.CharField(max_length=34, blank=True, db_default="")
    created_by_import = TenantForeignKey("ledger.FecImport", null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "account"], name="one_bank_account_per_account"
            )
        ]

    def __str__(self) -> str:
        return self.name


class BankTransaction(TenantModel):
    """Money that moved.  `amount` in signed cents: positive is money in."""

    class Booking(models.TextChoices):
        """Where it stands in the books."""

        TO_PROCESS = "to_process", "À comptabiliser"
        BOOKED = "booked", "Comptabilisée"
        ARCHIVED = "archived", "Archivée"

    id = models.BigAutoField(primary_key=True)
    bank_account = TenantForeignKey(BankAccount)
    date = models.DateField()
    amount = models.BigIntegerField()
    label = models.CharField(max_length=500, db_default="")
    reference = models.CharField(max_length=200, db_default="")
    booking = models.CharField(max_length=10, choices=Booking.choices, default=Booking.TO_PROCESS)
    source = models.CharField(max_length=8, db_default="fec")
    is_pre_takeover = models.BooleanField(db_default=False)
    entry = TenantForeignKey(Entry, null=True)
    line_no = models.IntegerField(null=True)
    fec_import = TenantForeignKey("ledger.FecImport", null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["bank_account", "date", "id"], name="transactions_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.label}"
