"""Addresses of the books: one module a subject."""

from ledger.urls import (
    anomalies,
    assets,
    bank,
    books,
    bulk,
    closing,
    desk,
    dossiers,
    duplicates,
    exports,
    gaps,
    imports,
    invoices,
    lettering,
    posting,
    review,
    vat,
)

app_name = "ledger"
urlpatterns = [
    *books.urlpatterns,
    *assets.urlpatterns,
    *desk.urlpatterns,
    *anomalies.urlpatterns,
    *imports.urlpatterns,
    *exports.urlpatterns,
    *closing.urlpatterns,
    *bank.urlpatterns,
    *invoices.urlpatterns,
    *posting.urlpatterns,
    *lettering.urlpatterns,
    *duplicates.urlpatterns,
    *bulk.urlpatterns,
    *dossiers.urlpatterns,
    *gaps.urlpatterns,
    *vat.urlpatterns,
    *review.urlpatterns,
]
