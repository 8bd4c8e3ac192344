"""API addresses of dossiers and jobs, under `/api/`."""

from django.urls import path

from clients import api

urlpatterns = [
    path("dossiers/", api.DossierList.as_view(), name="api_dossiers"),
    path("dossiers/<slug:slug>/", api.DossierDetail.as_view(), name="api_dossier"),
    path("firms/<slug:firm>/jobs/<int:job_id>/", api.JobDetail.as_view(), name="api_job"),
]
