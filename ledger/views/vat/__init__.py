"""Pages of VAT: the returns of a dossier, one of them, what leaves and comes back."""
