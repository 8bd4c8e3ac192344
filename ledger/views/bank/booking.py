"""Booking the bank transactions of a selection."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from ledger.actions.booking_batches import preview_booking, start_booking
from ledger.views.bank.lists import chosen
from ledger.views.bank.shared import bank_url, kept_query


@dossier_view(needs="books.write", methods=("POST",))
def book_many(request: DossierRequest) -> HttpResponse:
    """What booking the transactions ticked (or, with `tout`, those of the filters) would do; then,
    with `confirme`, the job that does it.
    """
    ids = list(chosen(request).order_by("date", "id").values_list("id", flat=True))
    if request.POST.get("confirme"):
        job = start_booking(request.dossier, invoices=[], transactions=ids, by=request.user)
        return redirect("ledger:booking_job", request.dossier.slug, job.id)
    is_whole = request.POST.get("tout") == "1"
    context = {
        "list_title": "Banque",
        "batch": preview_booking(request.dossier, invoices=[], transactions=ids),
        "ids": [] if is_whole else ids,
        "is_whole": is_whole,
        "list_url": bank_url(request) + kept_query(request),
    }
    return render(request, "ledger/booking_preview.html", context)
