"""Entries, their lines and their lettering."""

from __future__ import annotations

from django.contrib.postgres.indexes import BTreeIndex
from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.chart import Account, FiscalYear, Journal, ThirdParty


class Entry(TenantModel):
    """A balanced set of lines.  A draft counts in every balance; a validated one is frozen (PCG
    921-3).

    `number` is the file's EcritureNum for an imported entry.  `debit` is the total of one side.
    """

    class State(models.TextChoices):
        """draft (brouillard) → validated; corrected only by a reversal."""

        DRAFT = "draft", "Brouillon"
        VALIDATED = "validated", "Validée"

    id = models.BigAutoField(primary_key=True)
    fiscal_year = TenantForeignKey(FiscalYear)
    journal = TenantForeignKey(Journal)
    number = models.CharField("numéro", max_length=100)
    date = models.DateField()
    piece_ref = models.CharField("pièce", max_length=200, db_default="", blank=True)
    piece_date = models.DateField("date de pièce", null=True)
    label = models.CharField("libellé", max_length=500, db_default="", blank=True)
    state = models.CharField(
        max_length=9, choices=State.choices, default=State.DRAFT, db_default="draft"
    )
    is_opening = models.BooleanField(default=False, db_default=False)
    shape = models.CharField(max_length=10, db_default="misc", default="misc")
    debit = models.BigIntegerField(db_default=0)
    line_count = models.IntegerField(db_default=0)
    fec_import = TenantForeignKey("ledger.FecImport", null=True)
    first_line = models.IntegerField(null=True)
    file_validated_on = models.DateField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["dossier", "date", "id"], name="entries_by_date"),
            models.Index(fields=["journal", "date", "id"], name="entries_by_journal"),
            # Few beside the imported ones, and not among the search's texts.
            models.Index(
                fields=["dossier", "date", "id"],
                condition=models.Q(fec_import__isnull=True),
                name="own_entries_by_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.date:%d/%m/%Y}"


class Lettering(TenantModel):
    """Lines of one account (and third party) that settle each other; partial while they do not
    balance.
    """

    id = models.BigAutoField(primary_key=True)
    account = TenantForeignKey(Account)
    third_party = TenantForeignKey(ThirdParty, null=True)
    code = models.CharField(max_length=60)
    lettered_on = models.DateField(null=True)
    debit = models.BigIntegerField(db_default=0)
    credit = models.BigIntegerField(db_default=0)
    is_balanced = models.BooleanField(db_default=False)
    fec_import = TenantForeignKey("ledger.FecImport", null=True)

    def __str__(self) -> str:
        return self.code


class EntryLine(TenantModel):
    """One line of an entry, in signed integer cents.  Negative amounts of a file stay negative.

    `line_no` is the line's rank in its entry, or its line in the file when the entry is imported.
    `extra` holds what the file says otherwise than the entry, account or journal does, so that the
    export gives the record back.  Never the target of a foreign key.
    """

    pk = models.CompositePrimaryKey("dossier_id", "entry_id", "line_no")
    entry = TenantForeignKey(Entry, models.CASCADE, related_name="lines")
    line_no = models.IntegerField()
    account = TenantForeignKey(Account)
    third_party = TenantForeignKey(ThirdParty, null=True)
    date = models.DateField()
    label = models.CharField(max_length=500, db_default="")
    debit = models.BigIntegerField(db_default=0)
    credit = models.BigIntegerField(db_default=0)
    lettering = TenantForeignKey(Lettering, null=True)
    lettering_code = models.CharField(max_length=60, null=True)  # noqa: DJ001 (NULL keeps a million rows narrow)
    lettered_on = models.DateField(null=True)
    foreign_amount = models.CharField(max_length=40, null=True)  # noqa: DJ001 (idem)
    currency = models.CharField(max_length=10, null=True)  # noqa: DJ001 (idem)
    extra = models.JSONField(null=True)

    class Meta(TenantModel.Meta):
        # An id is unique over all dossiers: these need no dossier in front.  (Indexes are most of
        # what an import costs.)  The first two never hold equal rows, so none is looked for.
        indexes = [
            BTreeIndex(
                fields=["account", "date", "entry", "line_no"],
                deduplicate_items=False,
                name="lines_by_account",
            ),
            BTreeIndex(
                fields=["third_party", "date", "entry", "line_no"],
                condition=models.Q(third_party__isnull=False),
                deduplicate_items=False,
                name="lines_by_third_party",
            ),
            models.Index(
                fields=["lettering"],
                condition=models.Q(lettering__isnull=False),
                name="lines_by_lettering",
            ),
        ]
        constraints = [
            # Files with both sides keep the difference: nothing in the books has two amounts.
            models.CheckConstraint(
                condition=models.Q(debit=0) | models.Q(credit=0), name="line_has_one_side"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.line_no}"
