"""Bank accounts and what moved on them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from clients.models import Document
from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.chart import Account, Journal, ThirdParty
from ledger.models.entries import Entry


class BankAccount(TenantModel):
    """A bank account, seen from its account in the books (512…) and its journal, if one is chosen.

    `iban` and `bic` without spaces; `is_closed` says that nothing more is awaited from the bank.
    """

    id = models.BigAutoField(primary_key=True)
    account = TenantForeignKey(Account)
    name = models.CharField(max_length=300)
    iban = models.CharField("IBAN", max_length=34, blank=True, db_default="")
    bic = models.CharField("BIC", max_length=11, blank=True, db_default="")
    journal = TenantForeignKey(Journal, null=True)
    is_closed = models.BooleanField(db_default=False)
    created_by_import = TenantForeignKey("ledger.FecImport", null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "account"], name="one_bank_account_per_account"
            ),
            models.UniqueConstraint(
                fields=["dossier", "iban"],
                condition=~models.Q(iban=""),
                name="one_bank_account_per_iban",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BankTransaction(TenantModel):
    """Money that moved.  `amount` in signed cents: positive is money in.

    `external_id` is the bank's own name of it, by which a statement read twice adds nothing.
    `account`, `third_party`, `vat_rate` (per cent) and `entry_label` say what it will be booked on;
    `rule` is the rule that proposed them, if one did.  `is_kept` as on an invoice.
    `repeats` counts how many more times the bank gave this very line in one statement.
    `is_exempt`: nobody will be asked for a document (bank charges, a loan's instalment).
    """

    class Booking(models.TextChoices):
        """Where it stands: to_process → pending_client → justified → booked; archived."""

        TO_PROCESS = "to_process", "À comptabiliser"
        PENDING_CLIENT = "pending_client", "En attente du client"
        JUSTIFIED = "justified", "Justifiée"
        BOOKED = "booked", "Comptabilisée"
        ARCHIVED = "archived", "Archivée"

    class Source(models.TextChoices):
        """How it came."""

        FEC = "fec", "FEC"
        STATEMENT = "file", "Relevé"
        LINK = "link", "Connexion"
        MANUAL = "manual", "Saisie"
        API = "api", "API"

    id = models.BigAutoField(primary_key=True)
    bank_account = TenantForeignKey(BankAccount)
    date = models.DateField()
    value_date = models.DateField("date de valeur", null=True)
    external_id = models.CharField(max_length=120, blank=True, db_default="")
    amount = models.BigIntegerField()
    label = models.CharField(max_length=500, db_default="")
    reference = models.CharField(max_length=200, db_default="")
    booking = models.CharField(max_length=14, choices=Booking.choices, default=Booking.TO_PROCESS)
    source = models.CharField(max_length=8, choices=Source.choices, db_default="fec")
    statement = TenantForeignKey("ledger.BankStatement", null=True)
    repeats = models.IntegerField(db_default=0)
    is_pre_takeover = models.BooleanField(db_default=False)
    is_kept = models.BooleanField(db_default=False)
    account = TenantForeignKey(Account, null=True)
    third_party = TenantForeignKey(ThirdParty, null=True)
    vat_rate = models.DecimalField("taux de TVA", max_digits=5, decimal_places=2, null=True)
    entry_label = models.CharField(max_length=200, blank=True, db_default="")
    rule = TenantForeignKey("ledger.BankRule", null=True)
    document = TenantForeignKey(Document, null=True)
    is_exempt = models.BooleanField(db_default=False)
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
            models.Index(
                fields=["statement"],
                condition=models.Q(statement__isnull=False),
                name="transactions_by_statement",
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
