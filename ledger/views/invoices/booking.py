"""Booking the purchases or sales ticked, and taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from clients.access import DossierRequest, dossier_view
from firm.formats import plural
from ledger.actions.booking_batches import start_booking
from ledger.actions.posting import unbook_invoice
from ledger.views.invoices.lists import chosen
from ledger.views.invoices.shared import found, invoice_url, list_url


@dossier_view(needs="books.write", methods=("POST",))
def unbook(request: DossierRequest, direction: str, pk: int) -> HttpResponse:
    """Take the entry of an invoice away: it is to be booked again."""
    row = found(request, direction, pk)
    removed = unbook_invoice(row, by=request.user)
    words = "L’écriture est retirée : la facture est de nouveau à comptabiliser."
    if removed.letterings:
        undone = plural(len(removed.letterings), "lettrage défait", "lettrages défaits")
        words += f" {undone}."
    messages.success(request, words)
    return redirect(invoice_url(request, direction, pk))


@dossier_view(needs="books.write", methods=("POST",))
def book_many(request: DossierRequest, direction: str) -> HttpResponse:
    """Have the invoices ticked booked by a job; what cannot be is left out with its reason."""
    ids = chosen(request, direction)
    start_booking(request.dossier, invoices=ids, transactions=[], by=request.user)
    words = plural(len(ids), "facture part", "factures partent")
    messages.success(request, f"{words} à la comptabilisation : suivez-la dans les travaux.")
    return redirect(request.POST.get("next") or list_url(request, direction))
