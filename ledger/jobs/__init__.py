"""The long work of the ledger: one module a kind, registered on import."""
