"""API addresses of FEC imports."""

from django.urls import path

from ledger.api import imports

BASE = "dossiers/<slug:slug>/fec-imports/"
urlpatterns = [
    path(BASE, imports.ImportList.as_view(), name="api_fec_imports"),
    path(f"{BASE}<int:pk>/", imports.ImportDetail.as_view(), name="api_fec_import"),
    path(f"{BASE}<int:pk>/corrections/", imports.ImportCorrect.as_view(), name="api_fec_correct"),
    path(f"{BASE}<int:pk>/confirm/", imports.ImportConfirm.as_view(), name="api_fec_confirm"),
    path(f"{BASE}<int:pk>/undo/", imports.ImportUndo.as_view(), name="api_fec_undo"),
]
