"""Addresses of validation, reversal and closing."""

from django.urls import path

from ledger.urls.exports import BASE
from ledger.views import closing, validation

ENTRIES = "dossier/<slug:slug>/comptabilite/ecritures/<int:entry_id>/"
urlpatterns = [
    path(f"{BASE}travaux/<int:job_id>/", validation.job_page, name="year_job"),
    path(f"{BASE}<day:year_end>/validation/", validation.validate_year, name="validation"),
    path(f"{BASE}<day:year_end>/verrou/", closing.set_lock, name="year_lock"),
    path(f"{BASE}<day:year_end>/a-nouveaux/", closing.openings, name="openings"),
    path(f"{BASE}<day:year_end>/cloture/", closing.close, name="closing"),
    path(f"{ENTRIES}validation/", validation.validate_entry, name="entry_validate"),
    path(f"{ENTRIES}contre-passation/", validation.reverse, name="entry_reverse"),
]
