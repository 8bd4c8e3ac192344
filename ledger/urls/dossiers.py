"""Addresses of whole dossiers: the archive, the deletion, the taking in of an archive."""

from django.urls import path

from ledger.views import dossiers, dossiers_firm

BASE = "dossier/<slug:slug>/parametres/"
FIRM = "cabinet/<slug:firm>/archives/"
urlpatterns = [
    path(f"{BASE}export/", dossiers.export, name="dossier_export"),
    path(f"{BASE}export/<int:job_id>/archive/", dossiers.archive, name="dossier_archive"),
    path(f"{BASE}suppression/", dossiers.deletion, name="dossier_deletion"),
    path(f"{BASE}suppression/annuler/", dossiers.cancel, name="cancel_dossier_deletion"),
    path(FIRM, dossiers_firm.archives, name="dossier_import"),
]
