"""Bank accounts and what moved on them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from clients.models import Document
from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.chart import Account, ThirdParty
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
    """Money that moved.  `amount` in signed cents: positive is money in.

    `external_id` is the bank's own name of it, by which a statement read twice adds nothing.
    `account` and `third_party` say what it will be booked on; `is_kept` as on an invoice.
    """

    class Booking(models.TextChoices):
        """Where it stands: to_process → pending_client → justified → booked; archived."""

        TO_PROCESS = "to_process", "À comptabiliser"
        PENDING_CLIENT = "pending_client", "En attente du client"
        JUSTIFIED = "justified", "Justifiée"
        BOOKED = "booked", "Comptabilisée"
        ARCHIVED = "archived", "Archivée"

    id = models.BigAutoField(primary_key=True)
    bank_account = TenantForeignKey(BankAccount)
    date = models.DateField()
    value_date = models.DateField("date de valeur", null=True)
    external_id = models.CharField(max_length=120, blank=True, db_default="")
    amount = models.BigIntegerField()
    label = models.CharField(max_length=500, db_default="")
    reference = models.CharField(max_length=200, db_default="")
    booking = models.CharField(max_length=14, choices=Booking.choices, default=Booking.TO_PROCESS)
    source = models.CharField(max_length=8, db_default="fec")
    is_pre_takeover = models.BooleanField(db_default=False)
    is_kept = models.BooleanField(db_default=False)
    account = TenantForeignKey(Account, null=True)
    third_party = TenantForeignKey(ThirdParty, null=True)
    document = TenantForeignKey(Document, null=True)
    note = models.TextField(blank=True, db_default="")
    archived_at = models.DateTimeField(null=True)
    archived_by = models.BigIntegerField(null=True)
    entry = TenantForeignKey(Entry, null=True)
    line_no = models.IntegerField(null=True)
    fec_import = TenantForeignKey("ledger.FecImport", null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["bank_account", "date", "id"], name="transactions_by_date"),
            # Few beside those booked by an import.
            models.Index(
                fields=["dossier", "booking", "date", "id"],
                condition=~models.Q(booking="booked"),
                name="transactions_by_booking",
            ),
            models.Index(
                fields=["document"],
                condition=models.Q(document__isnull=False),
                name="transactions_by_document",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "bank_account", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_transaction_per_external_id",
            )
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.label}"
