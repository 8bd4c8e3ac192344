"""Addresses of the years, of their FEC, and of tables as files."""

from django.urls import path

import firm.converters  # noqa: F401 (it registers `day`)
from ledger.views import exports, table_exports

EXPORTS = "dossier/<slug:slug>/exports/"
BASE = "dossier/<slug:slug>/comptabilite/exercices/"
urlpatterns = [
    path(BASE, exports.years, name="years"),
    path(f"{BASE}<day:year_end>/fec/", exports.fec, name="fec"),
    path(f"{BASE}<day:year_end>/controle/", exports.control, name="fec_control"),
    path(f"{BASE}<day:year_end>/pack/", exports.pack, name="fec_pack"),
    path(f"{EXPORTS}travaux/<int:job_id>/", table_exports.job_page, name="export_job"),
    path(f"{EXPORTS}travaux/<int:job_id>/fichier/", table_exports.job_file, name="export_file"),
    path(f"{EXPORTS}<slug:table>/", table_exports.export, name="export"),
]
