"""Addresses of the books: one module a subject."""

from ledger.urls import books, exports, imports, invoices, lists

app_name = "ledger"
urlpatterns = [
    *books.urlpatterns,
    *imports.urlpatterns,
    *exports.urlpatterns,
    *lists.urlpatterns,
    *invoices.urlpatterns,
]
