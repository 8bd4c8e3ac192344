"""What the search in a dossier reads: the text of each imported entry, ready to be found."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from firm.tenancy import TenantModel


class EntryText(TenantModel):
    """An entry's number, piece and labels in small letters, and the amounts of its lines, in cents.

    A space stands before and after the text, so that every word in it can be asked for as a whole.

    Derived: a job writes it after an import and removes it after an undo, for its index costs as
    much as a third of the import itself.  No key holds it to its entry; whoever reads it joins the
    entry.  `FecImport.searchable_at` says whether a file's entries are all here.
    """

    pk = models.CompositePrimaryKey("dossier_id", "entry_id")
    entry_id = models.BigIntegerField()
    import_id = models.BigIntegerField()
    date = models.DateField()
    said = models.TextField()
    amounts = ArrayField(models.BigIntegerField())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["import_id"], name="texts_by_import"),
            # Only the owner of `search_entries` can use it: trigrams are not leakproof.
            GinIndex(
                fields=["dossier", "said", "amounts"],
                opclasses=["int8_ops", "gin_trgm_ops", "array_ops"],
                name="texts_by_words",
            ),
        ]

    def __str__(self) -> str:
        return self.said
