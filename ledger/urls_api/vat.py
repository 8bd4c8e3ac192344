"""API addresses of VAT."""

from django.urls import path

from ledger.api import vat

BASE = "dossiers/<slug:slug>/"
RETURNS = f"{BASE}vat-returns/"
urlpatterns = [
    path(f"{BASE}vat-figures/", vat.VatFiguresCall.as_view(), name="api_vat_figures"),
    path(RETURNS, vat.VatReturns.as_view(), name="api_vat_returns"),
    path(f"{RETURNS}<int:pk>/", vat.VatReturnCall.as_view(), name="api_vat_return"),
    path(f"{RETURNS}<int:pk>/state/", vat.VatReturnState.as_view(), name="api_vat_return_state"),
]
