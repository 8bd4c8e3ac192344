"""Addresses of the duplicates."""

from django.urls import path

from ledger.views import duplicates

BASE = "dossier/<slug:slug>/doublons/"
urlpatterns = [
    path(BASE, duplicates.duplicate_list, name="duplicates"),
    path(f"{BASE}<int:pk>/", duplicates.pair, name="duplicate"),
    path(f"{BASE}<int:pk>/pas-un-doublon/", duplicates.dismiss_pair, name="dismiss_duplicate"),
    path(f"{BASE}<int:pk>/reprendre/", duplicates.reconsider_pair, name="reconsider_duplicate"),
    path(f"{BASE}<int:pk>/confirmer/", duplicates.confirm_pair, name="confirm_duplicate"),
]
