"""Addresses of the takeover."""

from django.urls import path

from ledger.views import gaps

BASE = "dossier/<slug:slug>/reprise/"
urlpatterns = [
    path(BASE, gaps.gap_list, name="gaps"),
    path(f"{BASE}archiver/", gaps.put_away, name="gaps_put_away"),
    path(f"{BASE}garder/", gaps.keep, name="gaps_keep"),
    path(f"{BASE}ne-plus-garder/", gaps.hold_back, name="gaps_hold"),
]
