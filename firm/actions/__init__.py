"""Writes: one verb, one function, one audit row, one transaction."""
