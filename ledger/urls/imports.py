"""Addresses of FEC imports."""

from django.urls import path

from ledger.views import import_reports, imports

BASE = "dossier/<slug:slug>/comptabilite/imports/"
urlpatterns = [
    path(BASE, imports.import_list, name="imports"),
    path(f"{BASE}depot/", imports.upload, name="import_upload"),
    path(f"{BASE}<int:pk>/", imports.review, name="import_review"),
    path(f"{BASE}<int:pk>/avancement/", imports.progress, name="import_progress"),
    path(f"{BASE}<int:pk>/observations/<int:finding_id>/", imports.finding, name="import_finding"),
    path(f"{BASE}<int:pk>/lignes/<int:number>/", imports.line, name="import_line"),
    path(f"{BASE}<int:pk>/corriger/", imports.correct, name="import_correct"),
    path(f"{BASE}<int:pk>/relire/", imports.read_again, name="import_read_again"),
    path(f"{BASE}<int:pk>/confirmer/", imports.confirm, name="import_confirm"),
    path(f"{BASE}<int:pk>/rejeter/", imports.reject, name="import_reject"),
    path(f"{BASE}<int:pk>/annuler/", imports.undo, name="import_undo"),
    path(f"{BASE}<int:pk>/rapport.csv", import_reports.findings_csv, name="import_findings_csv"),
]
