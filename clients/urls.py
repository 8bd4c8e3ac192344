"""Addresses of the portfolio and of a dossier's data."""

from django.urls import path

from clients.views import cockpit, dossier, portfolio, setup, shell

app_name = "clients"
CLIENTS = "cabinet/<slug:firm>/clients/"
SETUP = "cabinet/<slug:firm>/demarrage/"
urlpatterns = [
    path("cabinet/<slug:firm>/", cockpit.cockpit, name="cockpit"),
    path(CLIENTS, portfolio.client_list, name="list"),
    path(CLIENTS + "exporter/", portfolio.export_clients, name="export"),
    path(CLIENTS + "vues/", portfolio.keep_view, name="keep_view"),
    path(CLIENTS + "vues/<int:view_id>/supprimer/", portfolio.drop_view, name="drop_view"),
    path(CLIENTS + "nouveau/", shell.new_dossier, name="new"),
    path("cabinet/<slug:firm>/travaux/", shell.job_list, name="jobs"),
    path(SETUP, setup.board, name="setup"),
    path(SETUP + "guide/", setup.guide, name="setup_guide"),
    path(SETUP + "<slug:code>/", setup.skip, name="setup_skip"),
    path("dossier/<slug:slug>/parametres/infos/", dossier.infos, name="infos"),
]
