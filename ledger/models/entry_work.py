"""What entries are written from and with: sheets, templates, recurring entries, documents.

Templates name accounts and third parties as a person does, by number and code: they outlive a
reset, an import that is taken back, and a move to another installation.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from clients.models import Document
from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.entries import Entry


class EntryDocument(TenantModel):
    """A document shown beside an entry, whatever the entry's state: it changes no figure."""

    id = models.BigAutoField(primary_key=True)
    entry = TenantForeignKey(Entry)
    document = TenantForeignKey(Document)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "entry", "document"], name="one_document_once_per_entry"
            )
        ]
        indexes = [models.Index(fields=["document"], name="entry_documents_by_document")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.document_id}"


class EntryFile(TenantModel):
    """A spreadsheet of entries as it was read: texts.  `mapping` says what its columns are.

    Nothing is an entry before somebody confirms, and then all of it or nothing; `made` counts the
    entries, whose `EntryOrigin` says where each stood.  Its rows are forgotten once it is over.
    """

    class State(models.TextChoices):
        """previewed → done → undone, or dropped."""

        PREVIEWED = "previewed", "À confirmer"
        DONE = "done", "Importé"
        UNDONE = "undone", "Annulé"
        DROPPED = "dropped", "Abandonné"

    id = models.BigAutoField(primary_key=True)
    name = models.CharField("nom", max_length=255)
    heads = models.JSONField()
    rows = models.JSONField()
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PREVIEWED)
    made = models.IntegerField(db_default=0)
    debit = models.BigIntegerField(db_default=0)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField("reçu le", db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["dossier", "-created_at"], name="entry_files_by_date")]

    def __str__(self) -> str:
        return self.name


class EntryTemplate(TenantModel):
    """A model of entries (modèle d'écriture).

    `lines` are `{account, third_party, label, side, how, value}`: `side` D or C; `how` fixed
    (`value` in cents), share (`value` in hundredths of a per cent of the amount asked for) or rest
    (what balances the entry).  Labels hold {mois} and {année}.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField("nom", max_length=120)
    journal = models.CharField(max_length=60)
    label = models.CharField("libellé", max_length=200)
    piece_ref = models.CharField("pièce", max_length=100, blank=True, db_default="")
    lines = models.JSONField()
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dossier", "name"], name="one_template_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class RecurringEntry(TenantModel):
    """A template that comes round (abonnement): its first day, its rhythm, perhaps its last day.

    `amount` in cents is what the shares of the template are of.  `next_on` is the first day not yet
    written, or None once it is over.
    """

    class Rhythm(models.IntegerChoices):
        """Months from one occurrence to the next."""

        MONTHLY = 1, "Tous les mois"
        QUARTERLY = 3, "Tous les trimestres"
        YEARLY = 12, "Tous les ans"

    id = models.BigAutoField(primary_key=True)
    template = TenantForeignKey(EntryTemplate)
    rhythm = models.IntegerField(choices=Rhythm.choices, default=Rhythm.MONTHLY)
    since = models.DateField()
    until = models.DateField(null=True)
    next_on = models.DateField(null=True)
    amount = models.BigIntegerField(null=True)
    is_active = models.BooleanField(default=True, db_default=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["dossier", "next_on"],
                condition=models.Q(is_active=True, next_on__isnull=False),
                name="recurring_entries_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.rhythm}"


class EntryOrigin(TenantModel):
    """Where an entry made here comes from: a line of a sheet, an occurrence of a recurring entry.

    An occurrence stays when its entry goes, so that none is written twice.  `batch` is the first
    entry of those written together.
    """

    id = models.BigAutoField(primary_key=True)
    entry = TenantForeignKey(Entry, null=True)
    file = TenantForeignKey(EntryFile, null=True)
    line = models.IntegerField(null=True)
    recurring = TenantForeignKey(RecurringEntry, null=True)
    due_on = models.DateField(null=True)
    batch = models.BigIntegerField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "recurring", "due_on"],
                condition=models.Q(recurring__isnull=False),
                name="one_entry_per_occurrence",
            )
        ]
        indexes = [
            models.Index(
                fields=["entry"],
                condition=models.Q(entry__isnull=False),
                name="entry_origins_by_entry",
            ),
            models.Index(
                fields=["file"],
                condition=models.Q(file__isnull=False),
                name="entry_origins_by_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}"
