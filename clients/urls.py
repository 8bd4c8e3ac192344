"""Addresses of the portfolio and of a dossier's data."""

from django.urls import path

from clients.views import (
    bulk_acts,
    bulk_jobs,
    cockpit,
    documents,
    dossier,
    portfolio,
    setup,
    shell,
)

app_name = "clients"
CLIENTS = "cabinet/<slug:firm>/clients/"
JOB = "cabinet/<slug:firm>/travaux/<int:job_id>/"
SETUP = "cabinet/<slug:firm>/demarrage/"
urlpatterns = [
    path("cabinet/<slug:firm>/", cockpit.cockpit, name="cockpit"),
    path(CLIENTS, portfolio.client_list, name="list"),
    path(CLIENTS + "exporter/", portfolio.export_clients, name="export"),
    path(CLIENTS + "vues/", portfolio.keep_view, name="keep_view"),
    path(CLIENTS + "vues/<int:view_id>/supprimer/", portfolio.drop_view, name="drop_view"),
    path(CLIENTS + "nouveau/", shell.new_dossier, name="new"),
    path(CLIENTS + "lot/deconnecter/", bulk_acts.disconnect_clients, name="disconnect_many"),
    path(CLIENTS + "lot/restriction/", bulk_acts.lock_clients, name="lock_many"),
    path(CLIENTS + "lot/affecter/", bulk_acts.assign_clients, name="assign_many"),
    path("cabinet/<slug:firm>/travaux/", shell.job_list, name="jobs"),
    path(JOB, bulk_jobs.one, name="job"),
    path(JOB + "confirmer/", bulk_jobs.confirm, name="confirm_job"),
    path(JOB + "abandonner/", bulk_jobs.drop, name="drop_job"),
    path(JOB + "arreter/", bulk_jobs.stop, name="stop_job"),
    path(JOB + "annuler/", bulk_jobs.undo, name="undo_job"),
    path(SETUP, setup.board, name="setup"),
    path(SETUP + "guide/", setup.guide, name="setup_guide"),
    path(SETUP + "<slug:code>/", setup.skip, name="setup_skip"),
    path("dossier/<slug:slug>/parametres/infos/", dossier.infos, name="infos"),
    path("dossier/<slug:slug>/documents/<int:pk>/contenu/", documents.content, name="document"),
]
