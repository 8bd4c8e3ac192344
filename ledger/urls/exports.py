"""Addresses of the years and of their FEC."""

from django.urls import path, register_converter

from firm.converters import DayConverter
from ledger.views import exports

register_converter(DayConverter, "day")

BASE = "dossier/<slug:slug>/comptabilite/exercices/"
urlpatterns = [
    path(BASE, exports.years, name="years"),
    path(f"{BASE}<day:year_end>/fec/", exports.fec, name="fec"),
    path(f"{BASE}<day:year_end>/pack/", exports.pack, name="fec_pack"),
]
