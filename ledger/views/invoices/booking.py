"""Booking the purchases or sales of a selection, and taking the booking of one back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from firm.formats import plural
from ledger.actions.booking_batches import preview_booking, start_booking
from ledger.actions.posting import unbook_invoice
from ledger.views.invoices.lists import chosen
from ledger.views.invoices.shared import SIDES, found, invoice_url, list_url


@dossier_view(needs="books.write", methods=("POST",))
def unbook(request: DossierRequest, direction: str, pk: int) -> HttpResponse:
    """Take the entry of an invoice away: it is to be booked again."""
    row = found(request, direction, pk)
    removed = unbook_invoice(row, by=request.user)
    words = "L’écriture est retirée : la facture est de nouveau à comptabiliser."
    if removed.letterings:
        undone = plural(len(removed.letterings), "lettrage défait", "lettrages défaits")
        words += f" {undone}."
    messages.success(request, words)
    return redirect(invoice_url(request, direction, pk))


@dossier_view(needs="books.write", methods=("POST",))
def book_many(request: DossierRequest, direction: str) -> HttpResponse:
    """What booking the invoices ticked (or, with `tout`, those of the filters) would do; then,
    with `confirme`, the job that does it.
    """
    ids = chosen(request, direction)
    if request.POST.get("confirme"):
        job = start_booking(request.dossier, invoices=ids, transactions=[], by=request.user)
        return redirect("ledger:booking_job", request.dossier.slug, job.id)
    is_whole = request.POST.get("tout") == "1"
    context = {
        "list_title": SIDES[direction].title,
        "batch": preview_booking(request.dossier, invoices=ids, transactions=[]),
        "ids": [] if is_whole else ids,
        "is_whole": is_whole,
        "list_url": list_url(request, direction),
    }
    return render(request, "ledger/booking_preview.html", context)
