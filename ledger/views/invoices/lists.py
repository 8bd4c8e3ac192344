"""Achats and Ventes: their lists by tab, and what is done to a selection."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from firm.formats import plural
from ledger.actions.keeping import keep_items
from ledger.forms_invoices import FILES, PAYMENTS, TABS, TAKEOVER, InvoiceListForm
from ledger.models import Invoice
from ledger.queries import invoices
from ledger.templatetags.invoices import TAB_LABELS
from ledger.views.books.cells import next_url
from ledger.views.invoices.shared import SIDES, kept_query, list_url, next_or


@dossier_view(needs="books.read")
def purchases(request: DossierRequest) -> HttpResponse:
    """« Achats »: supplier invoices and credit notes."""
    return _list(request, Invoice.Direction.PURCHASE)


@dossier_view(needs="books.read")
def sales(request: DossierRequest) -> HttpResponse:
    """« Ventes »: customer invoices and credit notes."""
    return _list(request, Invoice.Direction.SALE)


def _list(request: DossierRequest, direction: str) -> HttpResponse:
    form = InvoiceListForm(request.GET, direction=direction)
    by_tab = invoices.totals_by_tab(request.dossier, form.filters())
    filters = form.shown(by_tab)
    rows, after = invoices.invoice_page(request.dossier, filters, request.GET.get("apres", ""))
    slug = next(word for word, booking in TABS.items() if booking == filters.booking)
    context = {
        "side": SIDES[direction],
        "form": form,
        "filters": filters,
        "rows": [(row, invoices.missing(row)) for row in rows],
        "totals": by_tab[filters.booking],
        "tabs": _tabs(request, by_tab),
        "tab": filters.booking,
        "party": invoices.find_party(request.dossier, direction, filters.third_party_id),
        "more": next_url(request, after),
        "kept_query": kept_query(request, onglet=slug),
        "max_bytes": settings.DOCUMENT_MAX_BYTES,
        "may_manage": request.rights.may("invoices.manage"),
        "may_book": request.rights.may("books.write"),
        "sources": Invoice.Source.choices,
        "takeovers": TAKEOVER,
        "payments": PAYMENTS,
        "files": FILES,
    }
    return render(request, "ledger/invoices/list.html", context)


def _tabs(
    request: DossierRequest, by_tab: dict[str, invoices.InvoiceTotals]
) -> list[tuple[str, str, str, int | str]]:
    """(key, label, address, count); the words that named a tab are left out of its address."""
    tabs: list[tuple[str, str, str, int | str]] = []
    for slug, booking in TABS.items():
        query = request.GET.copy()
        query["onglet"] = slug
        query.pop("apres", None)
        if (
            invoices.looked_for(InvoiceListForm(query, direction="purchase").filters()).booking
            != booking
        ):
            query.pop("q", None)
        tabs.append((booking, TAB_LABELS[booking], f"?{query.urlencode()}", by_tab[booking].count))
    return tabs


@dossier_view(needs="invoices.manage", methods=("POST",))
def keep(request: DossierRequest, direction: str) -> HttpResponse:
    """« Garder » or « Ne plus garder » the invoices ticked; `tout` is all those of the filters."""
    is_kept = request.POST.get("garder") != "0"
    changed = keep_items(
        request.dossier, invoices=chosen(request, direction), is_kept=is_kept, by=request.user
    )
    words = plural(changed, "facture gardée", "factures gardées")
    if not is_kept:
        words = plural(changed, "facture de nouveau retenue", "factures de nouveau retenues")
    messages.success(request, f"{words}.")
    return redirect(next_or(request, list_url(request, direction)))


def chosen(request: DossierRequest, direction: str) -> list[int]:
    """The ids of the invoices ticked, or of all those of the list's filters."""
    if request.POST.get("tout") == "1":
        form = InvoiceListForm(request.GET, direction=direction)
        by_tab = invoices.totals_by_tab(request.dossier, form.filters())
        every = invoices.wanted(request.dossier, form.shown(by_tab))
        return list(every.values_list("id", flat=True))
    return [int(pk) for pk in request.POST.getlist("ids") if pk.isdigit()]
