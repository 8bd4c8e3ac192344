"""Fixtures of the tests of the books' pages."""

from tests.ledger.book_pages import get_as_alice, two_years_of_books
from tests.ledger.invoice_desk import three_purchases

__all__ = ["get_as_alice", "three_purchases", "two_years_of_books"]
