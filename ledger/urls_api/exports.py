"""API addresses of exports."""

from django.urls import path

from ledger.api import exports

urlpatterns = [
    path("dossiers/<slug:slug>/fec-exports/", exports.FecExports.as_view(), name="api_fec_exports"),
    path("dossiers/<slug:slug>/fec-packs/", exports.FecPacks.as_view(), name="api_fec_packs"),
    path(
        "dossiers/<slug:slug>/fec-packs/<str:year_end>/",
        exports.FecPack.as_view(),
        name="api_fec_pack",
    ),
]
