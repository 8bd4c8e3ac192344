"""API addresses of lettering."""

from django.urls import path

from ledger.api import lettering

BASE = "dossiers/<slug:slug>/"
BATCHES = f"{BASE}lettering-batches/"
urlpatterns = [
    path(f"{BASE}open-lines/", lettering.OpenLines.as_view(), name="api_open_lines"),
    path(f"{BASE}letterings/", lettering.Letterings.as_view(), name="api_letterings"),
    path(
        f"{BASE}letterings/<int:pk>/", lettering.OneLettering.as_view(), name="api_lettering"
    ),
    path(BATCHES, lettering.LetteringBatches.as_view(), name="api_lettering_batches"),
    path(
        f"{BATCHES}<int:pk>/", lettering.LetteringBatch.as_view(), name="api_lettering_batch"
    ),
    path(
        f"{BATCHES}<int:pk>/confirm/", lettering.LetteringConfirm.as_view(),
        name="api_lettering_confirm",
    ),
    path(
        f"{BATCHES}<int:pk>/undo/", lettering.LetteringUndo.as_view(), name="api_lettering_undo"
    ),
]  # fmt: skip
