"""« Banque »: the list by tab, what is done to a selection, a transaction by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from firm.errors import refusals_in
from firm.formats import plural
from ledger.actions.bank_moves import move
from ledger.actions.bank_transactions import create_transaction
from ledger.forms_bank import (
    LABELS,
    PROPOSALS,
    RECEIPTS,
    TABS,
    TAKEOVER,
    BankListForm,
    TransactionForm,
)
from ledger.models import BankTransaction
from ledger.queries import bank
from ledger.queries.duplicates import mark
from ledger.views.bank.shared import back, bank_url, kept_query
from ledger.views.books.cells import next_url

SAID = {
    "demander": ("opération demandée au client", "opérations demandées au client"),
    "justifier": ("opération justifiée", "opérations justifiées"),
    "reprendre": ("opération à comptabiliser de nouveau", "opérations à comptabiliser de nouveau"),
}


@dossier_view(needs="books.read")
def bank_list(request: DossierRequest) -> HttpResponse:
    """« Banque »: bank accounts and their transactions."""
    form = BankListForm(request.GET)
    by_tab = bank.totals_by_tab(request.dossier, form.filters())
    filters = bank.shown_tab(form.filters(), by_tab)
    rows, after = bank.transaction_page(request.dossier, filters, request.GET.get("apres", ""))
    mark(rows)
    slug = next(word for word, booking in TABS.items() if booking == filters.booking)
    context = {
        "cards": bank.account_cards(),
        "filters": filters,
        "rows": rows,
        "totals": by_tab[filters.booking],
        "tabs": _tabs(request, by_tab),
        "tab": filters.booking,
        "more": next_url(request, after),
        "kept_query": kept_query(request, onglet=slug),
        "sources": BankTransaction.Source.choices,
        "takeovers": TAKEOVER,
        "receipts": RECEIPTS,
        "proposals": PROPOSALS,
        "repeated": [("1", "possibles seulement")],
        "is_narrow": any(name not in ("onglet", "apres") for name in request.GET),
        **_rights(request),
    }
    return render(request, "ledger/bank/list.html", context)


def _rights(request: DossierRequest) -> dict[str, Any]:
    return {
        "may_manage": request.rights.may("bank.manage"),
        "may_justify": request.rights.may("bank.justify"),
        "may_book": request.rights.may("books.write"),
    }


def _tabs(
    request: DossierRequest, by_tab: dict[str, bank.Totals]
) -> list[tuple[str, str, str, int | str]]:
    return [
        (booking, LABELS[booking], kept_query(request, onglet=slug), by_tab[booking].count)
        for slug, booking in TABS.items()
    ]


@dossier_view(needs="bank.justify", methods=("POST",))
def move_chosen(request: DossierRequest) -> HttpResponse:
    """« Demander au client », « Justifier », « Reprendre » the transactions ticked."""
    what = request.POST.get("etat", "")
    if what != "justifier":
        request.rights.require("bank.manage")
    count = move(
        request.dossier, chosen(request), what=what, by=request.user,
        note=request.POST.get("note", ""),
    )  # fmt: skip
    messages.success(request, f"{plural(count, *SAID[what])}.")
    return back(request, bank_url(request))


def chosen(request: DossierRequest) -> QuerySet[BankTransaction]:
    """The transactions ticked, or with `tout` all those of the list's filters."""
    if request.POST.get("tout") == "1":
        filters = BankListForm(request.GET).filters()
        by_tab = bank.totals_by_tab(request.dossier, filters)
        return bank.wanted(request.dossier, bank.shown_tab(filters, by_tab))
    ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isdigit() and len(pk) < 19]
    return BankTransaction.objects.filter(pk__in=ids)


@dossier_view(needs="bank.manage", methods=("GET", "POST"))
def new(request: DossierRequest) -> HttpResponse:
    """« Nouvelle opération », written by hand."""
    form = TransactionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, bank_transaction_invalid="amount"):
            made = create_transaction(request.dossier, by=request.user, **form.cleaned_data)
            messages.success(request, "Opération enregistrée.")
            return redirect(bank_url(request, "bank_transaction", made.pk))
    status = 422 if form.errors else 200
    return render(request, "ledger/bank/new.html", {"form": form}, status=status)
