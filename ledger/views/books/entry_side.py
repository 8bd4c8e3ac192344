"""What stands beside an entry on its page: its documents, where it comes from, what may be done."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from clients.access import DossierRequest
from ledger.actions.entry_changes import why_not_editable
from ledger.models import Entry
from ledger.queries.entry_documents import documents_of, origin_of


def beside(request: DossierRequest, entry: Entry) -> dict[str, Any]:
    """Two queries, and two more for whoever may write and finds a draft made here."""
    may_write = request.rights.may("books.write")
    documents = documents_of(entry)
    if not request.rights.may("documents.read"):
        documents = [row for row in documents if row.created_by == request.user.id]
    return {
        "documents": documents,
        "origin": origin_of(entry) if entry.fec_import_id is None else None,
        "may_write": may_write,
        "may_attach": may_write and request.rights.may("documents.add"),
        "not_editable": why_not_editable(entry) if may_write else "",
        "max_bytes": settings.DOCUMENT_MAX_BYTES,
    }
