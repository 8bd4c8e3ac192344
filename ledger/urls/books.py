"""Addresses of the books."""

from django.urls import path

from ledger.views.books import (
    aged,
    balance,
    booklet,
    entries,
    financials,
    general_ledger,
    home,
    journals,
    search,
)

DOSSIER = "dossier/<slug:slug>/"
BOOKS = f"{DOSSIER}comptabilite/"
urlpatterns = [
    path(DOSSIER, home.home, name="home"),
    path(f"{DOSSIER}recherche/", search.search_page, name="search"),
    path(f"{DOSSIER}recherche/lignes/", search.search_lines_part, name="search_lines"),
    path(f"{BOOKS}balance/", balance.balance, name="balance"),
    path(f"{BOOKS}balance/auxiliaire/", balance.aux_balance, name="aux_balance"),
    path(f"{BOOKS}balance-agee/", aged.aged, name="aged"),
    path(f"{BOOKS}balance-agee/postes/", aged.items, name="aged_items"),
    path(f"{BOOKS}grand-livre/", general_ledger.general_ledger, name="general_ledger"),
    path(f"{BOOKS}etats/", financials.statements, name="financials"),
    path(f"{BOOKS}etats/postes/<str:code>/", financials.statement_box, name="financials_box"),
    path(f"{BOOKS}etats/plaquette/", booklet.booklet, name="booklet"),
    path(f"{BOOKS}journaux/", journals.journals, name="journals"),
    path(f"{BOOKS}journaux/centralisateur/", journals.centraliser, name="centraliser"),
    path(f"{BOOKS}journaux/journal/", journals.journal, name="journal"),
    path(f"{BOOKS}ecritures/", entries.entries, name="entries"),
    path(f"{BOOKS}ecritures/<int:entry_id>/", entries.entry, name="entry"),
    path(f"{BOOKS}ecritures/<int:entry_id>/lignes/", entries.entry_lines, name="entry_lines"),
    path(f"{BOOKS}lettrages/<int:lettering_id>/", entries.lettering, name="lettering"),
]
