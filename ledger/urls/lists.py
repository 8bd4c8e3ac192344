"""Address of Banque."""

from django.urls import path

from ledger.views import lists

urlpatterns = [
    path("dossier/<slug:slug>/banque/", lists.bank, name="bank"),
]
