"""Addresses of one's own digests: of one dossier, and all of them."""

from django.urls import path

from clients.views import digests

app_name = "digests"
urlpatterns = [
    path("dossier/<slug:slug>/parametres/notifications/", digests.choice, name="choice"),
    path("compte/notifications/", digests.mine, name="mine"),
]
