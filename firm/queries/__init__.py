"""Reads: a noun, a cut-off, a promise about the number of queries."""
