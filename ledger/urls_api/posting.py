"""API addresses of the booking of pieces."""

from django.urls import path

from ledger.api import posting

INVOICE = "dossiers/<slug:slug>/invoices/<int:pk>/"
TRANSACTION = "dossiers/<slug:slug>/bank-transactions/<int:pk>/"
urlpatterns = [
    path(f"{INVOICE}book/", posting.BookInvoice.as_view(), name="api_book_invoice"),
    path(f"{INVOICE}unbook/", posting.UnbookInvoice.as_view(), name="api_unbook_invoice"),
    path(f"{TRANSACTION}book/", posting.BookTransaction.as_view(), name="api_book_transaction"),
    path(
        f"{TRANSACTION}unbook/", posting.UnbookTransaction.as_view(), name="api_unbook_transaction"
    ),
]
