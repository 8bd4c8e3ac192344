"""Addresses of the anomalies."""

from django.urls import path

from ledger.views import anomalies

BASE = "dossier/<slug:slug>/comptabilite/anomalies/"
urlpatterns = [
    path(BASE, anomalies.anomaly_list, name="anomalies"),
    path(f"{BASE}retablir/", anomalies.restore_hits, name="restore_anomalies"),
    path(f"{BASE}actes/<uuid:act>/annuler/", anomalies.undo_dismissal, name="undo_dismissal"),
    path(f"{BASE}<str:rule>/", anomalies.anomaly, name="anomaly"),
    path(f"{BASE}<str:rule>/ecarter/", anomalies.dismiss_hits, name="dismiss_anomalies"),
    path(f"{BASE}<str:rule>/ecarter-la-regle/", anomalies.dismiss_rule, name="dismiss_rule"),
]
