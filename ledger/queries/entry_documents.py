"""The documents beside an entry, and where an entry made here comes from."""

from __future__ import annotations

from clients.models import Document
from ledger.models import Entry, EntryDocument, EntryOrigin


def documents_of(entry: Entry) -> list[Document]:
    """The documents of an entry in the order they were attached, in one query."""
    rows = EntryDocument.objects.filter(entry=entry.pk).select_related("document").order_by("id")
    return [row.document for row in rows]


def origin_of(entry: Entry) -> EntryOrigin | None:
    """Where an entry comes from, if from a sheet or a recurring entry; in one query."""
    rows = EntryOrigin.objects.filter(entry=entry.pk)
    found: EntryOrigin | None = rows.select_related("file", "recurring__template").first()
    return found
