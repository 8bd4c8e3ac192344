"""Addresses of the booking of pieces, of third parties and their rules, of new years."""

from django.urls import path

from ledger.views import (
    auto_invoices,
    open_years,
    posting,
    posting_accounts,
    posting_batches,
    third_parties,
)

BASE = "dossier/<slug:slug>/"
INVOICE = f"{BASE}comptabilisation/factures/<int:pk>/"
TRANSACTION = f"{BASE}comptabilisation/operations/<int:pk>/"
BATCH = f"{BASE}comptabilisation/lots/"
urlpatterns = [
    path(INVOICE, posting.invoice_proposal, name="invoice_proposal"),
    path(f"{INVOICE}comptabiliser/", posting.book_invoice, name="book_invoice"),
    path(f"{INVOICE}annuler/", posting.unbook_invoice, name="unbook_invoice"),
    path(TRANSACTION, posting.transaction_proposal, name="transaction_proposal"),
    path(f"{TRANSACTION}comptabiliser/", posting.book_transaction, name="book_transaction"),
    path(f"{TRANSACTION}annuler/", posting.unbook_transaction, name="unbook_transaction"),
    path(f"{BATCH}<int:job_id>/", posting_batches.job_page, name="booking_job"),
    path(f"{BATCH}<int:job_id>/annuler/", posting_batches.undo_job, name="undo_booking"),
    path(f"{BASE}comptes/completion/", posting_accounts.complete, name="complete_accounts"),
    path(f"{BASE}comptes/nouveau/", posting_accounts.create, name="create_account"),
    path(f"{BASE}fournisseurs/", third_parties.suppliers, name="suppliers"),
    path(f"{BASE}clients/", third_parties.customers, name="customers"),
    path(f"{BASE}tiers/<int:pk>/", third_parties.third_party, name="third_party"),
    path(f"{BASE}tiers/<int:pk>/regles/nouvelle/", auto_invoices.new_rule, name="new_auto_rule"),
    path(f"{BASE}regles/<int:pk>/", auto_invoices.rule, name="auto_rule"),
    path(f"{BASE}regles/<int:pk>/activer/", auto_invoices.switch, name="switch_auto_rule"),
    path(f"{BASE}comptabilite/exercices/nouveau/", open_years.new_year, name="new_year"),
]
