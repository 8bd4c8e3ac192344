"""API addresses of the bank."""

from django.urls import path

from ledger.api import bank

BASE = "dossiers/<slug:slug>/"
STATEMENTS = f"{BASE}bank-statements/"
urlpatterns = [
    path(f"{BASE}bank-accounts/", bank.BankAccounts.as_view(), name="api_bank_accounts"),
    path(
        f"{BASE}bank-transactions/", bank.BankTransactions.as_view(), name="api_bank_transactions"
    ),
    path(STATEMENTS, bank.BankStatements.as_view(), name="api_bank_statements"),
    path(
        f"{STATEMENTS}<int:pk>/confirm/",
        bank.BankStatementConfirm.as_view(),
        name="api_bank_statement_confirm",
    ),
]
