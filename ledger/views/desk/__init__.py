"""« Saisie »: the grid, what it sends, templates, recurring entries, sheets of entries."""
