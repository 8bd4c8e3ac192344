"""API addresses of bulk jobs."""

from django.urls import path

from ledger.api import bulk

BASE = "dossiers/<slug:slug>/bulk-jobs/"
urlpatterns = [
    path(BASE, bulk.BulkJobs.as_view(), name="api_bulk_jobs"),
    path(f"{BASE}<int:pk>/", bulk.BulkJob.as_view(), name="api_bulk_job"),
    path(f"{BASE}<int:pk>/confirm/", bulk.BulkConfirm.as_view(), name="api_bulk_confirm"),
    path(f"{BASE}<int:pk>/undo/", bulk.BulkUndo.as_view(), name="api_bulk_undo"),
]
