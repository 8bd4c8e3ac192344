"""Addresses of « Actions » and of the red bin."""

from django.urls import path

from ledger.views import bulk, bulk_items

DOSSIER = "dossier/<slug:slug>/"
BASE = f"{DOSSIER}parametres/actions/"
urlpatterns = [
    path(BASE, bulk.actions, name="bulk"),
    path(f"{BASE}apercu/", bulk.preview, name="bulk_preview"),
    path(f"{BASE}<int:job_id>/", bulk.job_page, name="bulk_job"),
    path(f"{BASE}<int:job_id>/confirmer/", bulk.confirm, name="bulk_confirm"),
    path(f"{BASE}<int:job_id>/abandonner/", bulk.give_up, name="bulk_give_up"),
    path(f"{BASE}<int:job_id>/annuler/", bulk.undo, name="bulk_undo"),
    path(f"{BASE}<int:job_id>/liste/", bulk.rows_file, name="bulk_rows"),
    path(f"{BASE}<int:job_id>/archive/", bulk.archive_file, name="bulk_archive"),
    path(f"{DOSSIER}archiver/", bulk_items.archive_items, name="archive_items"),
    path(f"{DOSSIER}restaurer/", bulk_items.restore_items, name="restore_items"),
    path(f"{DOSSIER}supprimer/", bulk_items.delete_items, name="delete_items"),
]
