"""API addresses of validation, reversal and closing."""

from django.urls import path

import firm.converters  # noqa: F401 (it registers `day`)
from ledger.api import closing

BASE = "dossiers/<slug:slug>/"
YEAR = f"{BASE}fiscal-years/<day:year_end>/"
urlpatterns = [
    path(f"{BASE}validations/", closing.Validations.as_view(), name="api_validations"),
    path(f"{BASE}validations/<int:pk>/", closing.Validation.as_view(), name="api_validation"),
    path(
        f"{BASE}validations/<int:pk>/confirm/",
        closing.ValidationConfirm.as_view(),
        name="api_validation_confirm",
    ),
    path(f"{YEAR}lock/", closing.YearLock.as_view(), name="api_year_lock"),
    path(f"{YEAR}openings/", closing.YearOpenings.as_view(), name="api_year_openings"),
    path(f"{YEAR}close/", closing.YearClose.as_view(), name="api_year_close"),
    path(
        f"{BASE}entries/<int:pk>/reverse/", closing.EntryReverse.as_view(), name="api_entry_reverse"
    ),
]
