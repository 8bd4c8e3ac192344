"""Addresses of the review."""

from django.urls import path

from ledger.views.review import acts, page

BASE = "dossier/<slug:slug>/comptabilite/revision/"
YEAR = f"{BASE}<day:year_end>/"
ACCOUNT, CYCLE = f"{YEAR}comptes/<int:pk>/", f"{YEAR}cycles/<slug:key>/"
urlpatterns = [
    path(BASE, page.review_page, name="review"),
    path(f"{BASE}annuler/<uuid:batch>/", acts.undo, name="review_undo"),
    path(f"{YEAR}seuils/", acts.thresholds, name="review_thresholds"),
    path(f"{YEAR}signer/", acts.bulk, name="review_bulk"),
    path(ACCOUNT, page.sheet, name="review_sheet"),
    path(f"{ACCOUNT}signer/", acts.sign, name="review_sign"),
    path(f"{ACCOUNT}retirer/", acts.withdraw, name="review_withdraw"),
    path(f"{ACCOUNT}note/", acts.note, name="review_note"),
    path(CYCLE, page.cycle_pane, name="review_cycle"),
    path(f"{CYCLE}etapes/<slug:name>/", acts.step, name="review_step"),
    path("cabinet/<slug:firm>/parametres/revision/", acts.firm_settings, name="firm_books"),
]
