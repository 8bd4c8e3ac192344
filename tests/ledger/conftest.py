"""Fixtures of the tests of the books' pages."""

from tests.ledger.book_pages import get_as_alice, two_years_of_books

__all__ = ["get_as_alice", "two_years_of_books"]
