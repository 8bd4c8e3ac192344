"""API addresses of exports."""

from django.urls import path

from ledger.api import exports

urlpatterns = [
    path("dossiers/<slug:slug>/fec-exports/", exports.FecExports.as_view(), name="api_fec_exports"),
]
