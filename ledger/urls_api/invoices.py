"""API addresses of invoices."""

from django.urls import path

from ledger.api import invoices

BASE = "dossiers/<slug:slug>/invoices/"
urlpatterns = [
    path(BASE, invoices.Invoices.as_view(), name="api_invoices"),
    path(f"{BASE}<int:pk>/", invoices.InvoiceDetail.as_view(), name="api_invoice"),
]
