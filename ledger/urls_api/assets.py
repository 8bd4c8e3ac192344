"""API addresses of fixed assets and cut-offs."""

from django.urls import path

from ledger.api import assets, cutoffs

ASSETS = "dossiers/<slug:slug>/fixed-assets/"
CHARGES = "dossiers/<slug:slug>/asset-charges/"
CUTOFFS = "dossiers/<slug:slug>/cutoffs/"
urlpatterns = [
    path(ASSETS, assets.Assets.as_view(), name="api_assets"),
    path(f"{ASSETS}<int:pk>/", assets.Asset.as_view(), name="api_asset"),
    path(f"{ASSETS}<int:pk>/exit/", assets.AssetExit.as_view(), name="api_asset_exit"),
    path(CHARGES, assets.AssetCharges.as_view(), name="api_asset_charges"),
    path(
        f"{CHARGES}<uuid:batch>/undo/",
        assets.AssetChargesUndo.as_view(),
        name="api_asset_charges_undo",
    ),
    path(CUTOFFS, cutoffs.CutOffs.as_view(), name="api_cutoffs"),
    path(f"{CUTOFFS}write/", cutoffs.WriteCutOffs.as_view(), name="api_cutoffs_write"),
    path(f"{CUTOFFS}<uuid:batch>/undo/", cutoffs.UndoCutOffs.as_view(), name="api_cutoffs_undo"),
]
