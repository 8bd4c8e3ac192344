"""« Comptabiliser » those ticked: what would be done, then the job, then what it did."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from firm.models import Job
from ledger.actions.booking_batches import (
    BOOK,
    preview_booking,
    start_booking,
    start_unbooking,
)
from ledger.models import BankTransaction, Invoice
from ledger.queries.table_exports import own_job

KINDS = {"purchases": "purchase", "sales": "sale"}
BACK = {"purchases": "purchases", "sales": "sales", "transactions": "bank"}


@dossier_view(needs="books.write", methods=("POST",))
def book_items(request: DossierRequest) -> HttpResponse:
    """The counts and reasons for the pieces sent, and with `confirme` the job.

    `kind` (purchases, sales, transactions) says what `ids` are; `tout=1` means all of that kind
    that are to process.  `invoices` and `transactions` are ids too.
    """
    kind = request.POST.get("kind", "")
    invoices, transactions = _ids(request, kind)
    if request.POST.get("confirme"):
        job = start_booking(
            request.dossier, invoices=invoices, transactions=transactions, by=request.user
        )
        return redirect("ledger:booking_job", request.dossier.slug, job.id)
    batch = preview_booking(request.dossier, invoices=invoices, transactions=transactions)
    context = {
        "batch": batch, "invoices": invoices, "transactions": transactions,
        "back": f"ledger:{BACK.get(kind, 'home')}", "kind": kind,
    }  # fmt: skip
    return render(request, "ledger/booking_preview.html", context)


def _ids(request: DossierRequest, kind: str) -> tuple[list[int], list[int]]:
    sent = request.POST
    invoices, transactions = (
        _numbers(sent.getlist("invoices")),
        _numbers(sent.getlist("transactions")),
    )
    ticked = _numbers(sent.getlist("ids"))
    if kind == "transactions":
        waiting = BankTransaction.objects.filter(booking__in=("to_process", "justified"))
        return invoices, transactions + _all_or(sent.get("tout"), waiting, ticked)
    if kind in KINDS:
        waiting = Invoice.objects.filter(booking="to_process", direction=KINDS[kind])
        return invoices + _all_or(sent.get("tout"), waiting, ticked), transactions
    return invoices + ticked, transactions


def _all_or(every: str | None, waiting: object, ticked: list[int]) -> list[int]:
    if every != "1":
        return ticked
    return list(waiting.values_list("id", flat=True))  # type: ignore[attr-defined]


def _numbers(sent: list[str]) -> list[int]:
    return [int(one) for one in sent if one.isdecimal() and len(one) < 19]


@dossier_view(needs="books.write")
def job_page(request: DossierRequest, job_id: int) -> HttpResponse:
    """How far the booking is, then what it did and left out; its part alone for htmx."""
    job, item = own_job(request.dossier, job_id, kind=BOOK, person=request.user)
    part = request.headers.get("HX-Target") == "avancement"
    reasons: dict[str, int] = {}
    for skip in item.result.get("skipped", []):
        reasons[skip["reason"]] = reasons.get(skip["reason"], 0) + 1
    booked = len(item.result.get("invoices", [])) + len(item.result.get("transactions", []))
    context = {
        "job": job, "item": item, "reasons": sorted(reasons.items(), key=lambda pair: -pair[1]),
        "booked": booked, "is_over": job.is_over, "is_done": job.state == Job.State.DONE,
    }  # fmt: skip
    template = "ledger/booking_progress.html" if part else "ledger/booking_job.html"
    return render(request, template, context)


@dossier_view(needs="books.write", methods=("POST",))
def undo_job(request: DossierRequest, job_id: int) -> HttpResponse:
    """Take back what a booking job booked."""
    job, _item = own_job(request.dossier, job_id, kind=BOOK, person=request.user)
    start_unbooking(request.dossier, job, by=request.user)
    messages.success(request, "Annulation demandée : suivez-la dans les travaux.")
    return redirect("ledger:booking_job", request.dossier.slug, job_id)
