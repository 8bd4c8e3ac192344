"""Pages of the portfolio and of a dossier's own data."""
