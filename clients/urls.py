"""Addresses of the portfolio, of the shell's helpers and of a dossier's data."""

from django.urls import path

from clients.views import dossier, portfolio

app_name = "clients"
urlpatterns = [
    path("cabinet/<slug:firm>/", portfolio.cockpit, name="cockpit"),
    path("cabinet/<slug:firm>/clients/", portfolio.client_list, name="list"),
    path("cabinet/<slug:firm>/clients/nouveau/", portfolio.new_dossier, name="new"),
    path("cabinet/<slug:firm>/travaux/", portfolio.job_list, name="jobs"),
    path("dossier/<slug:slug>/parametres/infos/", dossier.infos, name="infos"),
]
