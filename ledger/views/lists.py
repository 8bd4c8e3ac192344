"""Banque: what the books say was paid."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from clients.access import DossierRequest, dossier_view
from ledger.forms_lists import ListForm
from ledger.queries import lists


@dossier_view(needs="books.read")
def bank(request: DossierRequest) -> HttpResponse:
    """« Banque »: bank accounts and their transactions."""
    form = ListForm(request.GET)
    page = lists.bank_transactions(form.filters())
    accounts = lists.bank_accounts()
    context = {"page": page, "form": form, "accounts": accounts, "more": _more(request, page)}
    return render(request, "ledger/bank.html", context)


def _more(request: DossierRequest, page: lists.Page) -> str:
    if not page.next:
        return ""
    return "?" + urlencode({**request.GET.dict(), "apres": page.next})
