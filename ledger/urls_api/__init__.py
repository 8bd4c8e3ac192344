"""API addresses of the books, under `/api/`: one module a subject."""

from ledger.urls_api import (
    anomalies,
    assets,
    bank,
    books,
    bulk,
    closing,
    exports,
    imports,
    invoices,
    lettering,
    posting,
    review,
    vat,
)

urlpatterns = [
    *books.urlpatterns,
    *anomalies.urlpatterns,
    *imports.urlpatterns,
    *assets.urlpatterns,
    *exports.urlpatterns,
    *closing.urlpatterns,
    *invoices.urlpatterns,
    *lettering.urlpatterns,
    *posting.urlpatterns,
    *bank.urlpatterns,
    *bulk.urlpatterns,
    *vat.urlpatterns,
    *review.urlpatterns,
]
