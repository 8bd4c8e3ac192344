"""What an automatic lettering proposes, and what is pointed on a bank statement."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.bank import BankTransaction
from ledger.models.entries import Entry


class LetteringProposal(TenantModel):
    """A group of lines that a job would letter, or did.

    The n-th line is (`entry_ids`, `line_nos`).  `debit` and `credit` are theirs and those of the
    partial lettering `completes_id` that they complete; the difference, at most the tolerance asked
    for, is written off.  `is_ambiguous`: several lines would do, so that none is lettered.
    `lettering_id` is the number that its lettering gets.  Once done, `write_off_id` is the entry of
    the difference, `before` what the completed lettering was.  No foreign keys: a proposal holds
    nothing back.
    """

    class Reason(models.TextChoices):
        """Why these lines belong together."""

        PIECE = "piece", "Même pièce"
        CITED = "cited", "Pièce citée"
        AMOUNT = "amount", "Montant exact"
        SUM = "sum", "Plusieurs pour une"
        NEAR = "near", "Montant à l’écart près"

    id = models.BigAutoField(primary_key=True)
    job_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    third_party_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=6, choices=Reason.choices)
    why = models.CharField(max_length=200)
    is_ambiguous = models.BooleanField(db_default=False)
    is_chosen = models.BooleanField(db_default=True)
    is_foreign = models.BooleanField(db_default=False)
    entry_ids = ArrayField(models.BigIntegerField())
    line_nos = ArrayField(models.IntegerField())
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()
    lettered_on = models.DateField()
    completes_id = models.BigIntegerField(null=True)
    lettering_id = models.BigIntegerField(null=True)
    write_off_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["dossier", "job_id", "id"], name="proposals_by_job")]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.why}"


class BankPointing(TenantModel):
    """A line of a bank account's entries that was found on its statement, on the day `cleared_on`.

    `transaction` is the operation of the statement that it was matched with, if it was, alone or
    with other lines; one by hand has none.  A transaction that was booked here needs no pointing:
    it wrote its line.
    """

    id = models.BigAutoField(primary_key=True)
    entry = TenantForeignKey(Entry)
    line_no = models.IntegerField()
    transaction = TenantForeignKey(BankTransaction, null=True)
    cleared_on = models.DateField()
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "entry", "line_no"], name="one_pointing_per_line"
            ),
        ]
        indexes = [
            models.Index(
                fields=["dossier", "transaction"],
                condition=models.Q(transaction__isnull=False),
                name="pointings_by_transaction",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.line_no}: {self.cleared_on:%d/%m/%Y}"
