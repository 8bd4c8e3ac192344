"""Statements that came from a bank, and how its tables are read."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.bank import BankAccount


class BankStatement(TenantModel):
    """One bank account's part of one file.  The file is kept by its SHA-256.

    `opening` and `closing` are the balances that the bank declares, in signed cents, when it does.
    `mapping` is how the columns of a table are read (see `ledger.bank.mapping`), `notes` what the
    reader is told in French: a gap with the statement before, a sum that does not add up.
    Counts: `line_count` lines in the file, `added_count` of them new, `known_count` known before,
    `repeated_count` given twice by the bank.
    """

    class State(models.TextChoices):
        """to_map → previewed → imported → undone; dropped before it was imported."""

        TO_MAP = "to_map", "Colonnes à choisir"
        PREVIEWED = "previewed", "À confirmer"
        IMPORTED = "imported", "Importé"
        UNDOING = "undoing", "Annulation en cours"
        UNDONE = "undone", "Annulé"
        DROPPED = "dropped", "Écarté"

    HELD = ("to_map", "previewed", "imported", "undoing")

    id = models.BigAutoField(primary_key=True)
    bank_account = TenantForeignKey(BankAccount)
    file_name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    form = models.CharField(max_length=5)
    source = models.CharField(max_length=8, db_default="file")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED)
    mapping = models.JSONField(default=dict, db_default={})
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    opening = models.BigIntegerField(null=True)
    closing = models.BigIntegerField(null=True)
    line_count = models.IntegerField(default=0, db_default=0)
    added_count = models.IntegerField(default=0, db_default=0)
    known_count = models.IntegerField(default=0, db_default=0)
    repeated_count = models.IntegerField(default=0, db_default=0)
    notes = models.JSONField(default=list, db_default=[])
    job_id = models.BigIntegerField(null=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    imported_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "bank_account", "sha256"],
                condition=models.Q(state__in=["to_map", "previewed", "imported", "undoing"]),
                name="one_statement_per_file",
            )
        ]
        indexes = [
            models.Index(fields=["bank_account", "-until", "-id"], name="statements_by_account")
        ]

    def __str__(self) -> str:
        return self.file_name


class StatementMapping(TenantModel):
    """How the columns of a bank account's tables are read; `header` tells one layout from another.

    `header` is the SHA-256 of the headings, `mapping` as `ledger.bank.mapping.Mapping` writes it.
    """

    id = models.BigAutoField(primary_key=True)
    bank_account = TenantForeignKey(BankAccount)
    header = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "bank_account", "header"], name="one_mapping_per_header"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank_account_id}: {self.header[:8]}"
