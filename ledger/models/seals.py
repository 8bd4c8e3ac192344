"""What makes the validated books inalterable: a link a validated entry, a seal a closed year."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.chart import FiscalYear, Journal
from ledger.models.entries import Entry


class EntrySeal(TenantModel):
    """The link of a validated entry in the chain of its year (PCG 921-3).

    `chain_seq` runs from 1 without gap in the year; `journal_no` without gap in the year's journal,
    NULL when the entry keeps the number that its file gave it.  `head` is the SHA-256 of the head
    before it and of the entry's content (`ledger/chain.py`); `documents` the SHA-256s of the
    documents that the entry had at that moment, joined by commas.  Never changed, never removed.
    """

    pk = models.CompositePrimaryKey("dossier_id", "entry_id")
    entry = TenantForeignKey(Entry)
    fiscal_year = TenantForeignKey(FiscalYear)
    journal = TenantForeignKey(Journal)
    chain_seq = models.BigIntegerField()
    journal_no = models.IntegerField(null=True)
    head = models.BinaryField(max_length=32)
    documents = models.TextField(blank=True, db_default="")
    validated_by = models.BigIntegerField(null=True)
    validated_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "fiscal_year", "chain_seq"], name="one_entry_per_link"
            ),
            models.UniqueConstraint(
                fields=["dossier", "fiscal_year", "journal", "journal_no"],
                name="one_entry_per_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.chain_seq}"


class YearSeal(TenantModel):
    """What a year was when it was closed: its last link, its entries, one side of its lines."""

    id = models.BigAutoField(primary_key=True)
    fiscal_year = TenantForeignKey(FiscalYear)
    chain_seq = models.BigIntegerField()
    head = models.BinaryField(max_length=32)
    entry_count = models.BigIntegerField()
    debit = models.BigIntegerField()
    result = models.BigIntegerField()
    closed_by = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dossier", "fiscal_year"], name="one_seal_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id} {self.chain_seq}"


class ChainAnchor(TenantModel):
    """A head that was sent to a witness outside: the link `chain_seq` of a year bore it then."""

    id = models.BigAutoField(primary_key=True)
    fiscal_year = TenantForeignKey(FiscalYear)
    chain_seq = models.BigIntegerField()
    head = models.BinaryField(max_length=32)
    anchored_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "fiscal_year", "chain_seq"], name="one_anchor_per_link"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id} {self.chain_seq}"
