"""Pages of the books: each reads its filters, asks one query, and shows it."""
