"""The long work of the ledger: one module a kind, registered on import."""

from ledger.jobs import booking, fec_check, fec_import, fec_undo, search_texts, table_export

__all__ = ["booking", "fec_check", "fec_import", "fec_undo", "search_texts", "table_export"]
