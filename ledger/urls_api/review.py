"""API addresses of the statements and of the review."""

from django.urls import path

from ledger.api import review, statements

BASE = "dossiers/<slug:slug>/"
SHEETS = f"{BASE}review-sheets/"
urlpatterns = [
    path(f"{BASE}aged-balance/", statements.AgedBalance.as_view(), name="api_aged_balance"),
    path(f"{BASE}cash-flow/", statements.CashFlow.as_view(), name="api_cash_flow"),
    path(f"{BASE}statements/<slug:name>/", statements.Statements.as_view(), name="api_statements"),
    path(SHEETS, review.ReviewSheets.as_view(), name="api_review_sheets"),
    path(f"{SHEETS}<str:account>/", review.ReviewSheet.as_view(), name="api_review_sheet"),
]
