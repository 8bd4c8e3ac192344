"""Writing a purchase or a sale: by hand, from a document; changing it; its document."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from clients.actions.documents import DocumentEmpty, keep_document
from firm.errors import BusinessError, refusals_in
from ledger import forms_invoices as forms
from ledger.actions.invoice_documents import attach_document, create_from_document, detach_document
from ledger.actions.invoices import InvoiceDraft, create_invoice, update_invoice
from ledger.actions.posting import book_invoice
from ledger.actions.third_parties import create_third_party
from ledger.models import Invoice
from ledger.queries.invoices import lines_of_invoice, role_of
from ledger.views.invoices.page import chrome, may_edit, show
from ledger.views.invoices.shared import found, invoice_url, list_url


@dossier_view(needs="invoices.manage", methods=("GET", "POST"))
def new(request: DossierRequest, direction: str) -> HttpResponse:
    """« Nouvelle facture » by hand."""
    form = forms.InvoiceForm(request.POST or None, direction=direction)
    lines_form = cast(forms.LineFormSet, forms.Lines(request.POST or None, prefix=forms.LINES))
    if request.method == "POST":
        url = ""
        with refusals_in(form), transaction.atomic():
            draft = _draft(request, direction, form, lines_form)
            made = create_invoice(request.dossier, draft, direction=direction, by=request.user)
            again = "nouvelle" in request.POST
            url = request.get_full_path() if again else _page(request, made)
            messages.success(request, f"{_named(made)} enregistrée.")
        if url:
            return redirect(url)
    context = {
        "form": form,
        "lines_form": lines_form,
        **chrome(request, direction),
    }
    status = 422 if form.is_bound else 200
    return render(request, "ledger/invoices/new.html", context, status=status)


@dossier_view(needs="invoices.manage", methods=("GET", "POST"))
def edit(request: DossierRequest, direction: str, pk: int) -> HttpResponse:
    """Save an invoice to be booked, and stay there or go on to the next."""
    row = found(request, direction, pk)
    if request.method == "GET" or not may_edit(request, row):
        if request.method == "POST":
            update_invoice(row, InvoiceDraft(), by=request.user)  # refuses, and says why
        return redirect(_page(request, row))
    form = forms.InvoiceForm(request.POST, direction=direction)
    lines_form = cast(forms.LineFormSet, forms.Lines(request.POST, prefix=forms.LINES))
    url = ""
    with refusals_in(form), transaction.atomic():
        draft = _draft(request, direction, form, lines_form, row)
        saved = update_invoice(row, draft, by=request.user, version=form.cleaned_data["version"])
        words = f"{_named(saved)} enregistrée."
        if "comptabiliser" in request.POST:
            request.rights.require("books.write")
            entry = book_invoice(saved, by=request.user)
            words = f"{_named(saved)} comptabilisée : écriture {entry.number}."
        following = request.POST.get("suivante", "")
        after = invoice_url(request, direction, int(following)) if following.isdigit() else ""
        url = after or _page(request, saved)
        messages.success(request, words, extra_tags=_undo(request, saved))
    if url:
        return redirect(url)
    return show(request, row, form, lines_form)


class NotUnderstood(BusinessError):
    """Some field could not be read; each says why beside it."""

    code = "invoice_not_understood"
    title = "Facture à corriger"


def _draft(
    request: DossierRequest,
    direction: str,
    form: forms.InvoiceForm,
    lines_form: forms.LineFormSet,
    row: Invoice | None = None,
) -> InvoiceDraft:
    """What was typed; a third party that does not exist is created if it was asked for.

    Raises:
        NotUnderstood: a field could not be read, or the third party is unknown.
    """
    is_read = all([form.is_valid(), lines_form.is_valid()])
    held = lines_of_invoice(row) if row else []
    lines = lines_form.drafts(request.dossier, held) if lines_form.is_bound and is_read else []
    is_read = is_read and not any(line.errors for line in lines_form.forms)
    if is_read:
        form.find_party(request.dossier)
        if form.new_party and "creer" not in request.POST:
            form.add_error("third_party", f"« {form.new_party} » n’est pas encore connu.")
            is_read = False
    if not is_read:
        raise NotUnderstood("Corrigez ce qui est signalé : rien n’est enregistré.")
    party = form.party
    if form.new_party:
        party = create_third_party(
            request.dossier, name=form.new_party, role=role_of(direction), by=request.user
        )
    return forms.draft_of(form, party, lines)


@dossier_view(needs="invoices.manage", methods=("POST",))
def upload(request: DossierRequest, direction: str) -> HttpResponse:
    """A document dropped on the list becomes an invoice to be completed; one file a request."""
    sent = request.FILES.get("file")
    if sent is None:
        raise DocumentEmpty("Aucun fichier n’est arrivé. Déposez-le de nouveau.")
    with transaction.atomic():
        document = keep_document(request.dossier, sent, name=sent.name or "", by=request.user)
        made = create_from_document(request.dossier, document, direction=direction, by=request.user)
    messages.success(request, f"« {document.name} » est à comptabiliser.")
    return _answer(request, _page(request, made), direction)


@dossier_view(needs="invoices.manage", methods=("POST",))
def attach(request: DossierRequest, direction: str, pk: int) -> HttpResponse:
    """Put a document beside an invoice, whatever its state."""
    row = found(request, direction, pk)
    sent = request.FILES.get("file")
    if sent is None:
        raise DocumentEmpty("Aucun fichier n’est arrivé. Déposez-le de nouveau.")
    with transaction.atomic():
        document = keep_document(request.dossier, sent, name=sent.name or "", by=request.user)
        attach_document(row, document, by=request.user)
    return _answer(request, _page(request, row), direction)


@dossier_view(needs="invoices.manage", methods=("POST",))
def detach(request: DossierRequest, direction: str, pk: int) -> HttpResponse:
    """Take the document away from an invoice; it stays among those to be filed."""
    row = found(request, direction, pk)
    detach_document(row, by=request.user)
    messages.success(request, "Document retiré de la facture : il reste à classer.")
    return redirect(_page(request, row))


def _answer(request: DossierRequest, url: str, direction: str) -> HttpResponse:
    """Where to go: the invoice, or the list after several files."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"url": url, "list_url": list_url(request, direction)})
    return redirect(url)


def _page(request: DossierRequest, row: Invoice) -> str:
    return invoice_url(request, row.direction, row.id)


def _undo(request: DossierRequest, row: Invoice) -> str:
    """« Annuler » beside the words, where the invoice was booked."""
    if "comptabiliser" not in request.POST:
        return ""
    args = [request.dossier.slug, row.direction, row.id]
    return f"undo:{reverse('ledger:invoice_unbook', args=args)}"


def _named(row: Invoice) -> str:
    return f"Facture {row.number}" if row.number else "Facture"
