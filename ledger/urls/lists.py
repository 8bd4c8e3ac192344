"""Addresses of Achats, Ventes and Banque."""

from django.urls import path

from ledger.views import lists

urlpatterns = [
    path("dossier/<slug:slug>/achats/", lists.purchases, name="purchases"),
    path("dossier/<slug:slug>/ventes/", lists.sales, name="sales"),
    path("dossier/<slug:slug>/banque/", lists.bank, name="bank"),
]
