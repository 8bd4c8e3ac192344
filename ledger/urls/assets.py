"""Addresses of « Immobilisations » and « Régularisations »."""

from django.urls import path

from ledger.views import cutoffs
from ledger.views.assets import asset, charges, register, statements

BOOKS = "dossier/<slug:slug>/comptabilite/"
ASSETS, CUTOFFS = f"{BOOKS}immobilisations/", f"{BOOKS}regularisations/"
ASSET, CUTOFF = f"{ASSETS}<int:pk>/", f"{CUTOFFS}<int:pk>/"
urlpatterns = [
    path(ASSETS, register.register, name="assets"),
    path(f"{ASSETS}nouvelle/", asset.new, name="asset_new"),
    path(f"{ASSETS}retirer/", register.remove, name="assets_remove"),
    path(f"{ASSETS}a-immobiliser/", register.lines, name="asset_lines"),
    path(f"{ASSETS}a-immobiliser/reprendre/", register.take_lines, name="asset_lines_take"),
    path(f"{ASSETS}rapprochement/", register.tie, name="asset_ties"),
    path(f"{ASSETS}dotations/", charges.preview, name="asset_charges"),
    path(f"{ASSETS}dotations/ecrire/", charges.write, name="asset_charges_write"),
    path(f"{ASSETS}dotations/<uuid:batch>/annuler/", charges.undo, name="asset_charges_undo"),
    path(f"{ASSETS}etats/", statements.statements, name="asset_forms"),
    path(f"{ASSETS}etats/postes/<str:code>/", statements.box, name="asset_form_box"),
    path(ASSET, asset.detail, name="asset"),
    path(f"{ASSET}modifier/", asset.edit, name="asset_edit"),
    path(f"{ASSET}retirer/", asset.remove, name="asset_remove"),
    path(f"{ASSET}partager/", asset.split, name="asset_split"),
    path(f"{ASSET}sortir/", asset.leave, name="asset_exit"),
    path(f"{ASSET}reintegrer/", asset.back, name="asset_back"),
    path(CUTOFFS, cutoffs.cutoffs, name="cutoffs"),
    path(f"{CUTOFFS}nouvelle/", cutoffs.new, name="cutoff_new"),
    path(f"{CUTOFFS}lignes/", cutoffs.lines, name="cutoff_lines"),
    path(f"{CUTOFFS}ecritures/", cutoffs.preview, name="cutoffs_preview"),
    path(f"{CUTOFFS}ecritures/ecrire/", cutoffs.write, name="cutoffs_write"),
    path(f"{CUTOFFS}contre-passer/", cutoffs.write_reversals, name="cutoffs_reverse"),
    path(f"{CUTOFFS}lots/<uuid:batch>/annuler/", cutoffs.undo, name="cutoffs_undo"),
    path(f"{CUTOFF}modifier/", cutoffs.edit, name="cutoff_edit"),
    path(f"{CUTOFF}retirer/", cutoffs.remove, name="cutoff_remove"),
]
