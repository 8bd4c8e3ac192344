"""API addresses of the books."""

from django.urls import path

from ledger.api import accounts, books, entries

BASE = "dossiers/<slug:slug>/"
urlpatterns = [
    path(f"{BASE}trial-balance/", books.TrialBalance.as_view(), name="api_trial_balance"),
    path(f"{BASE}general-ledger/", books.GeneralLedger.as_view(), name="api_general_ledger"),
    path(f"{BASE}journals/", books.Journals.as_view(), name="api_journals"),
    path(f"{BASE}entries/", entries.Entries.as_view(), name="api_entries"),
    path(f"{BASE}entries/<int:pk>/", entries.EntryDetail.as_view(), name="api_entry"),
    path(f"{BASE}entries/<int:pk>/copy/", entries.EntryCopy.as_view(), name="api_entry_copy"),
    path(f"{BASE}fiscal-years/", books.FiscalYears.as_view(), name="api_fiscal_years"),
    path(f"{BASE}accounts/", accounts.Accounts.as_view(), name="api_accounts"),
    path(f"{BASE}third-parties/", accounts.ThirdParties.as_view(), name="api_third_parties"),
]
