"""Pages of Banque: one module a subject."""
