"""The long work of the ledger: one module a kind, registered on import."""

from ledger.jobs import (
    anchors,
    bank_poll,
    bank_undo,
    booking,
    bulk,
    dossier_deletion,
    dossier_export,
    dossier_import,
    duplicates,
    fec_check,
    fec_import,
    fec_undo,
    lettering,
    search_texts,
    table_export,
    validation,
)

__all__ = [
    "anchors",
    "bank_poll",
    "bank_undo",
    "booking",
    "bulk",
    "dossier_deletion",
    "dossier_export",
    "dossier_import",
    "duplicates",
    "fec_check",
    "fec_import",
    "fec_undo",
    "lettering",
    "search_texts",
    "table_export",
    "validation",
]
