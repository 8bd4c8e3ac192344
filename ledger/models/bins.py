"""What bulk jobs took out of the books: rows typed like their originals, to be given back so.

A row is in its table or in its bin, never in both.  Bins have no foreign keys (the
database looks at them when rows come back) and few indexes: they are written by the thousand.
Their columns are made from those of the originals: a migration follows every change of these.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.bank import BankTransaction
from ledger.models.entries import Entry, EntryLine, Lettering
from ledger.models.invoices import Invoice, InvoiceLine


def _bin(original: type[models.Model], key: tuple[str, ...], **more: models.Field[Any, Any]) -> Any:
    """A model that holds rows of another as they were, `job_id` being the job that keeps them."""
    fields: dict[str, Any] = {
        field.attname: _plain(field)
        for field in original._meta.local_concrete_fields
        if field.attname != "dossier_id"
    }
    name = f"Binned{original.__name__}"
    body = {
        "__module__": __name__,
        "__qualname__": name,
        "__doc__": f"{original.__name__} rows that a job took out of the books.",
        "__str__": lambda self: f"{name} {self.pk}",
        "pk": models.CompositePrimaryKey("dossier_id", *key),
        "job_id": models.BigIntegerField(),
        **fields,
        **more,
        "Meta": type("Meta", (TenantModel.Meta,), {}),
    }
    return type(name, (TenantModel,), body)


def _plain(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """The column alone: same type and length, no key, no default, no choices."""
    if isinstance(field, TenantForeignKey | models.BigAutoField):
        return models.BigIntegerField(null=field.null)
    _name, path, args, kwargs = field.deconstruct()
    del path
    kept = {
        name: value
        for name, value in kwargs.items()
        if name in {"max_length", "max_digits", "decimal_places", "null"}
    }
    return type(field)(*args[1:], **kept)


BinnedEntry = _bin(
    Entry,
    ("id",),
    is_alone=models.BooleanField(),
    is_deleted=models.BooleanField(),
)
BinnedEntryLine = _bin(EntryLine, ("entry_id", "line_no"))
BinnedLettering = _bin(Lettering, ("id",), line_count=models.IntegerField())
BinnedInvoice = _bin(Invoice, ("id",))
BinnedInvoiceLine = _bin(InvoiceLine, ("invoice_id", "rank"))
BinnedBankTransaction = _bin(BankTransaction, ("id",))


class UnletteredLine(TenantModel):
    """A line of the books that lost its lettering because another line of it was taken out.

    It is lettered again as soon as all lines of the lettering are there.
    """

    pk = models.CompositePrimaryKey("dossier_id", "lettering_id", "entry_id", "line_no")
    lettering_id = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    line_no = models.IntegerField()
    lettering_code = models.CharField(max_length=60, null=True)  # noqa: DJ001 (as on the line)
    lettered_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.lettering_id}: {self.entry_id}/{self.line_no}"


class JobRow(TenantModel):
    """What a bulk job did with one invoice, transaction or entry, and how that was before.

    `reason` says why it was left alone.  `set_at` is the moment that the job wrote on the row:
    while the row still bears it, nobody has changed its state since.
    """

    class What(models.TextChoices):
        """What the row is about."""

        INVOICE = "i", "Facture"
        TRANSACTION = "t", "Opération bancaire"
        ENTRY = "e", "Écriture"

    pk = models.CompositePrimaryKey("dossier_id", "job_id", "what", "object_id")
    job_id = models.BigIntegerField()
    what = models.CharField(max_length=1, choices=What.choices)
    object_id = models.BigIntegerField()
    entry_id = models.BigIntegerField(null=True)
    line_no = models.IntegerField(null=True)
    booking = models.CharField(max_length=14, db_default="")
    booking_after = models.CharField(max_length=14, db_default="")
    archived_at = models.DateTimeField(null=True)
    archived_by = models.BigIntegerField(null=True)
    set_at = models.DateTimeField(null=True)
    was_binned = models.BooleanField(db_default=False)
    is_drawn = models.BooleanField(db_default=False)
    is_fec = models.BooleanField(db_default=False)
    date = models.DateField(null=True)
    amount = models.BigIntegerField(db_default=0)
    reason = models.CharField(max_length=12, null=True)  # noqa: DJ001 (NULL keeps rows narrow)

    def __str__(self) -> str:
        return f"{self.job_id}: {self.what}{self.object_id}"


class BinnedRow(TenantModel):
    """A row of a small table that a job took away, or a link that it cut (`column` is then named).

    Whole, as JSON: the chart, the years, and what other parts of the product hang on an invoice.
    """

    id = models.BigAutoField(primary_key=True)
    job_id = models.BigIntegerField()
    table_name = models.CharField(max_length=63)
    column = models.CharField(max_length=63, blank=True, db_default="")
    row = models.JSONField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["dossier", "job_id"], name="binned_rows_by_job")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.job_id}"


class SealedArchive(TenantModel):
    """What was written before a deletion: a file kept ten years, known by its SHA-256."""

    id = models.BigAutoField(primary_key=True)
    job_id = models.BigIntegerField()
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    counts = models.JSONField()
    kept_until = models.DateField()
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dossier", "job_id"], name="one_archive_per_job")
        ]

    def __str__(self) -> str:
        return self.name
