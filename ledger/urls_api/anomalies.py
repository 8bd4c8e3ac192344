"""API addresses of the anomalies."""

from django.urls import path

from ledger.api import anomalies

BASE = "dossiers/<slug:slug>/anomalies/"
urlpatterns = [
    path(BASE, anomalies.Anomalies.as_view(), name="api_anomalies"),
    path(f"{BASE}restore/", anomalies.RestoreAnomalies.as_view(), name="api_restore_anomalies"),
    path(f"{BASE}<str:rule>/", anomalies.AnomalyHits.as_view(), name="api_anomaly"),
    path(
        f"{BASE}<str:rule>/dismiss/", anomalies.DismissAnomalies.as_view(), name="api_dismiss"
    ),
]  # fmt: skip
