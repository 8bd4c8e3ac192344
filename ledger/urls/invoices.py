"""Addresses of Achats and Ventes."""

from django.urls import path, register_converter

from ledger.converters import DirectionConverter
from ledger.views.invoices import booking, completion, files, lists, page, writing

register_converter(DirectionConverter, "sens")
DOSSIER = "dossier/<slug:slug>/"
LIST = f"{DOSSIER}<sens:direction>/"
urlpatterns = [
    path(f"{DOSSIER}achats/", lists.purchases, name="purchases"),
    path(f"{DOSSIER}ventes/", lists.sales, name="sales"),
    path(f"{LIST}nouvelle/", writing.new, name="invoice_new"),
    path(f"{LIST}deposer/", writing.upload, name="invoice_upload"),
    path(f"{LIST}comptabiliser/", booking.book_many, name="invoices_book"),
    path(f"{LIST}garder/", lists.keep, name="invoices_keep"),
    path(f"{LIST}importer/", files.start, name="invoice_files"),
    path(f"{LIST}importer/<int:pk>/", files.preview, name="invoice_file"),
    path(f"{LIST}importer/<int:pk>/confirmer/", files.confirm, name="invoice_file_confirm"),
    path(f"{LIST}importer/<int:pk>/abandonner/", files.drop, name="invoice_file_drop"),
    path(f"{LIST}<int:pk>/", page.invoice, name="invoice"),
    path(f"{LIST}<int:pk>/modifier/", writing.edit, name="invoice_edit"),
    path(f"{LIST}<int:pk>/decomptabiliser/", booking.unbook, name="invoice_unbook"),
    path(f"{LIST}<int:pk>/document/", writing.attach, name="invoice_attach"),
    path(f"{LIST}<int:pk>/document/retirer/", writing.detach, name="invoice_detach"),
    path(f"{DOSSIER}completion/tiers/", completion.parties, name="complete_parties"),
]
