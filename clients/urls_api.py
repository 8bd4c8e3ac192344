"""API addresses of dossiers and jobs, under `/api/`."""

from django.urls import path

from clients import api, api_documents, api_obligations, api_people

urlpatterns = [
    path("dossiers/", api.DossierList.as_view(), name="api_dossiers"),
    path("dossiers/<slug:slug>/", api.DossierDetail.as_view(), name="api_dossier"),
    path(
        "dossiers/<slug:slug>/users/",
        api_people.DossierUsers.as_view(),
        name="api_dossier_users",
    ),
    path(
        "dossiers/<slug:slug>/documents/",
        api_documents.DocumentList.as_view(),
        name="api_documents",
    ),
    path(
        "dossiers/<slug:slug>/documents/<int:pk>/",
        api_documents.DocumentDetail.as_view(),
        name="api_document",
    ),
    path(
        "dossiers/<slug:slug>/documents/<int:pk>/content/",
        api_documents.DocumentContent.as_view(),
        name="api_document_content",
    ),
    path(
        "dossiers/<slug:slug>/obligations/",
        api_obligations.ObligationList.as_view(),
        name="api_obligations",
    ),
    path(
        "dossiers/<slug:slug>/obligations/plan/",
        api_obligations.ObligationPlan.as_view(),
        name="api_obligations_plan",
    ),
    path(
        "dossiers/<slug:slug>/obligations/<int:pk>/",
        api_obligations.ObligationDetail.as_view(),
        name="api_obligation",
    ),
    path("firms/<slug:firm>/users/", api_people.FirmUsers.as_view(), name="api_firm_users"),
    path("firms/<slug:firm>/jobs/<int:job_id>/", api.JobDetail.as_view(), name="api_job"),
]
