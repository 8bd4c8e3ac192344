"""One purchase or sale in full: its document beside its fields, its entry, where it comes from."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from clients.document_kinds import preview_of
from ledger import forms_invoices as forms
from ledger.invoice_amounts import REGIMES, WITHOUT_VAT
from ledger.models import Invoice
from ledger.queries import invoices
from ledger.queries.auto_invoices import same_purchase
from ledger.queries.duplicates import mark
from ledger.queries.entries import lines_of
from ledger.queries.proposals import propose_invoice
from ledger.views.invoices.shared import SIDES, found, invoice_url, kept_query, list_url


@dossier_view(needs="books.read")
def invoice(request: DossierRequest, direction: str, pk: int) -> HttpResponse:
    """The page of an invoice; what is to be booked can be changed in place."""
    return show(request, found(request, direction, pk))


def show(
    request: DossierRequest,
    row: Invoice,
    form: forms.InvoiceForm | None = None,
    lines_form: forms.LineFormSet | None = None,
) -> HttpResponse:
    """The page, with the forms as they were sent when they are refused (422)."""
    lines = invoices.lines_of_invoice(row)
    is_editable = may_edit(request, row)
    if is_editable and form is None:
        form = forms.InvoiceForm(direction=row.direction, initial=forms.initial_of(row, lines))
        shown = forms.initial_lines(row, lines)
        lines_form = cast(forms.LineFormSet, forms.Lines(initial=shown, prefix=forms.LINES))
    filters = forms.InvoiceListForm(request.GET, direction=row.direction).filters()
    mark([row])
    place = invoices.place_of(request.dossier, filters, row)
    context = {
        "invoice": row,
        "lines": lines,
        "form": form,
        "lines_form": lines_form,
        "missing": invoices.missing(row),
        "twin": same_purchase(request.dossier, [row]).get(row.id) if is_editable else None,
        "history": invoices.history_of(row),
        "place": place,
        "before_url": invoice_url(request, row.direction, place.before),
        "after_url": invoice_url(request, row.direction, place.after),
        **_entry(request, row),
        "proposal": propose_invoice(request.dossier, row) if is_editable else None,
        **chrome(request, row.direction),
        **document_of(request, row),
    }
    is_refused = bool(form and form.is_bound)
    return render(request, "ledger/invoices/page.html", context, status=422 if is_refused else 200)


def may_edit(request: DossierRequest, row: Invoice) -> bool:
    """Whether the fields are a form: somebody may write, and the invoice is to be booked."""
    is_open = row.booking == Invoice.Booking.TO_PROCESS and row.source != Invoice.Source.FEC
    return is_open and request.rights.may("invoices.manage")


def chrome(request: DossierRequest, direction: str) -> dict[str, Any]:
    """What every page with a form of an invoice needs."""
    return {
        "side": SIDES[direction],
        "list_url": list_url(request, direction),
        "kept_query": kept_query(request),
        "without_vat": " ".join(sorted(WITHOUT_VAT)),
        "may_book": request.rights.may("books.write"),
        "may_manage": request.rights.may("invoices.manage"),
        "max_bytes": settings.DOCUMENT_MAX_BYTES,
        "may_import": request.rights.may("fec.import"),
    }


def document_of(request: DossierRequest, row: Invoice) -> dict[str, Any]:
    """Its document, if this person may see it."""
    document = row.document
    if document is None:
        return {}
    is_own = document.created_by == request.user.id
    if not (request.rights.may("documents.read") or is_own):
        return {"is_hidden": True}
    return {
        "document": document,
        "preview": preview_of(document.content_type),
        "document_url": reverse("clients:document", args=[request.dossier.slug, document.id]),
    }


def _entry(request: DossierRequest, row: Invoice) -> dict[str, Any]:
    """Its entry with the lines, and what it says of the regime and of the file."""
    entry = row.entry
    if entry is None:
        return {"regime": REGIMES.get(row.regime, "")}
    lines = lines_of(request.dossier, [entry])[entry.id]
    return {
        "regime": REGIMES.get(row.regime, ""),
        "entry": entry,
        "entry_lines": lines,
        "debit": sum(line.debit for line in lines),
        "credit": sum(line.credit for line in lines),
    }
