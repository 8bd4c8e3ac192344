"""The end of an import or of its undoing: the last words of the job's transaction."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Now

from firm import audit
from firm.models import User
from ledger.actions import duplicates, openings, search_texts, summaries
from ledger.actions.fec_life import State
from ledger.models import FecImport


def finish_load(fec_import: FecImport, *, by: User, counts: dict[str, Any]) -> None:
    """Say that the books are there; the last words of the import's transaction."""
    openings.give_way(fec_import, by=by)
    FecImport.objects.filter(pk=fec_import.pk).update(state=State.IMPORTED, imported_at=Now())
    summaries.refresh_stats(fec_import.dossier_id)
    search_texts.start(fec_import.dossier)
    duplicates.start(fec_import.dossier, fec_import=fec_import.id)
    audit.record(
        "ledger.fec_imported",
        by=by,
        dossier_id=fec_import.dossier_id,
        fec_import=fec_import.id,
        counts=counts,
        sha256=fec_import.sha256,
    )


def finish_undo(fec_import: FecImport, *, by: User, counts: dict[str, Any]) -> None:
    """Say that the books of the file are gone again."""
    FecImport.objects.filter(pk=fec_import.pk).update(state=State.UNDONE, undone_at=Now())
    summaries.refresh_stats(fec_import.dossier_id)
    search_texts.start(fec_import.dossier)
    audit.record(
        "ledger.fec_undone",
        by=by,
        dossier_id=fec_import.dossier_id,
        fec_import=fec_import.id,
        counts=counts,
    )
