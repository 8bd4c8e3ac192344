"""The job of « Comptabiliser » those ticked: how far it is, what it did, taking it back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from ledger.actions.booking_batches import BOOK, start_unbooking, undo_of
from ledger.queries.table_exports import own_job


@dossier_view(needs="books.write")
def job_page(request: DossierRequest, job_id: int) -> HttpResponse:
    """How far the booking is, then what it did and left out; its part alone for htmx, until its
    end, which the whole page tells.
    """
    job, item = own_job(request.dossier, job_id, kind=BOOK, person=request.user)
    undo = undo_of(job)
    is_moving = not job.is_over or bool(undo and not undo.is_over)
    is_part = request.headers.get("HX-Target") == "avancement"
    if is_part and not is_moving:
        return HttpResponse(headers={"HX-Refresh": "true"})
    reasons: dict[str, int] = {}
    for skip in item.result.get("skipped", []):
        reasons[skip["reason"]] = reasons.get(skip["reason"], 0) + 1
    booked = len(item.result.get("invoices", [])) + len(item.result.get("transactions", []))
    context = {
        "job": job, "item": item, "reasons": sorted(reasons.items(), key=lambda pair: -pair[1]),
        "booked": booked, "is_moving": is_moving, "undo": undo,
    }  # fmt: skip
    template = "ledger/booking_progress.html" if is_part else "ledger/booking_job.html"
    return render(request, template, context)


@dossier_view(needs="books.write", methods=("POST",))
def undo_job(request: DossierRequest, job_id: int) -> HttpResponse:
    """Take back what a booking job booked."""
    job, _item = own_job(request.dossier, job_id, kind=BOOK, person=request.user)
    start_unbooking(request.dossier, job, by=request.user)
    return redirect("ledger:booking_job", request.dossier.slug, job_id)
