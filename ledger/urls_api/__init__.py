"""API addresses of the books, under `/api/`: one module a subject."""

from ledger.urls_api import (
    assets,
    bank,
    books,
    bulk,
    closing,
    exports,
    imports,
    invoices,
    posting,
    vat,
)
from ledger.urls_api import anomalies, bank, books, bulk, exports, imports, invoices, posting

urlpatterns = [
    *books.urlpatterns,
    *anomalies.urlpatterns,
    *imports.urlpatterns,
    *assets.urlpatterns,
    *exports.urlpatterns,
    *closing.urlpatterns,
    *invoices.urlpatterns,
    *posting.urlpatterns,
    *bank.urlpatterns,
    *bulk.urlpatterns,
    *vat.urlpatterns,
]
