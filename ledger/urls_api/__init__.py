"""API addresses of the books, under `/api/`: one module a subject."""

from ledger.urls_api import bank, books, bulk, exports, imports, invoices, posting

urlpatterns = [
    *books.urlpatterns,
    *imports.urlpatterns,
    *exports.urlpatterns,
    *invoices.urlpatterns,
    *posting.urlpatterns,
    *bank.urlpatterns,
    *bulk.urlpatterns,
]
