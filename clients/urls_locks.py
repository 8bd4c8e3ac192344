"""Addresses of the lock date of a dossier and of its exceptions."""

from django.urls import path

from clients.views import locks

app_name = "locks"
urlpatterns = [
    path("dossier/<slug:slug>/parametres/restriction/", locks.restriction, name="page"),
    path("dossier/<slug:slug>/parametres/restriction/exceptions/", locks.allow, name="allow"),
    path(
        "dossier/<slug:slug>/parametres/restriction/exceptions/<int:pk>/fin/",
        locks.end,
        name="end",
    ),
]
