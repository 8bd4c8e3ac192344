"""An entry and the documents beside it: put there, taken away; no figure changes."""

from __future__ import annotations

from django.db import transaction

from clients.models import Document
from firm import audit
from firm.models import User
from ledger.models import Entry, EntryDocument


@transaction.atomic
def attach_to_entry(entry: Entry, document: Document, *, by: User) -> None:
    """Show a document beside an entry, whatever the entry's state; once, however often asked."""
    _made, is_new = EntryDocument.objects.get_or_create(
        dossier_id=entry.dossier_id, entry=entry, document=document,
        defaults={"created_by": by.id},
    )  # fmt: skip
    if not is_new:
        return
    Document.objects.filter(pk=document.pk).update(state=Document.State.FILED)
    audit.record(
        "ledger.entry_document_attached", by=by, dossier_id=entry.dossier_id, entry=entry.pk,
        number=entry.number, document=document.pk, name=document.name,
    )  # fmt: skip


@transaction.atomic
def detach_from_entry(entry: Entry, document_id: int, *, by: User) -> None:
    """Part an entry from a document, which is to be filed again unless another entry shows it."""
    gone, _rows = EntryDocument.objects.filter(entry=entry.pk, document=document_id).delete()
    if not gone:
        return
    if not EntryDocument.objects.filter(document=document_id).exists():
        Document.objects.filter(pk=document_id, state=Document.State.FILED).update(
            state=Document.State.TO_FILE
        )
    audit.record(
        "ledger.entry_document_detached", by=by, dossier_id=entry.dossier_id, entry=entry.pk,
        number=entry.number, document=document_id,
    )  # fmt: skip


def entry_of(document: Document) -> str:
    """The sentence that keeps a document out of the bin while an entry shows it."""
    found = EntryDocument.objects.filter(document=document.pk).select_related("entry").first()
    if found is None:
        return ""
    name = f"l’écriture {found.entry.number}"
    return f"Ce document est joint à {name}. Retirez-le d’abord de l’écriture."
