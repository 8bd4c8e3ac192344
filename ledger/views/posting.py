"""The proposed entry of an invoice or a bank transaction: booked, or taken back.

Each is a part that the screens load (`hx-get`), and a page by itself without them.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import BusinessError, NotFound
from ledger.actions import posting
from ledger.forms_posting import account_of, accounts_of_lines, rate_of
from ledger.models import BankTransaction, Invoice, ThirdParty
from ledger.queries.auto_invoices import same_purchase
from ledger.queries.bank_proposals import propose_transactions
from ledger.queries.entries import lines_of
from ledger.queries.proposals import propose_invoice

CHANGED = "booking-changed"


class VatRateInvalid(BusinessError):
    """What was typed is no VAT rate."""

    code = "vat_rate_invalid"
    title = "Taux inexact"


def find_invoice(pk: int) -> Invoice:
    """An invoice of the dossier in scope.

    Raises:
        NotFound: there is none.
    """
    rows = Invoice.objects.select_related("dossier", "third_party", "entry__journal")
    found: Invoice | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("Cette facture n’existe pas ou ne vous est pas ouverte.")
    return found


def find_transaction(pk: int) -> BankTransaction:
    """A bank transaction of the dossier in scope.

    Raises:
        NotFound: there is none.
    """
    rows = BankTransaction.objects.select_related(
        "dossier", "bank_account", "account", "third_party__account", "entry__journal"
    )
    found: BankTransaction | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("Cette opération n’existe pas ou ne vous est pas ouverte.")
    return found


@dossier_view(needs="books.read")
def invoice_proposal(request: DossierRequest, pk: int) -> HttpResponse:
    """What an invoice would be booked on, or was."""
    invoice = find_invoice(pk)
    context: dict[str, Any] = {
        "invoice": invoice,
        "title": f"{invoice.get_type_display()} {invoice.number}".strip(),
        "is_of_file": invoice.fec_import_id is not None,
    }
    if invoice.entry:
        context["lines"] = lines_of(request.dossier, [invoice.entry])[invoice.entry.id]
    else:
        context["proposal"] = propose_invoice(request.dossier, invoice)
        context["twin"] = same_purchase(request.dossier, [invoice]).get(invoice.id)
    return _shown(request, context)


@dossier_view(needs="books.read")
def transaction_proposal(request: DossierRequest, pk: int) -> HttpResponse:
    """What a bank transaction would be booked on, or was."""
    moved = find_transaction(pk)
    context: dict[str, Any] = {
        "transaction": moved, "title": moved.label, "is_of_file": moved.fec_import_id is not None,
    }  # fmt: skip
    if moved.entry:
        context["lines"] = lines_of(request.dossier, [moved.entry])[moved.entry.id]
    else:
        (context["proposal"],) = propose_transactions(request.dossier, [moved])
    return _shown(request, context)


def _shown(request: DossierRequest, context: dict[str, Any]) -> HttpResponse:
    part = request.headers.get("HX-Request") == "true"
    kind = "invoice" if "invoice" in context else "transaction"
    context |= {
        "may_book": request.rights.may("books.write"), "kind": kind,
        "box": f"ledger/parts/proposal_{kind}.html",
    }  # fmt: skip
    template = context["box"] if part else "ledger/proposal_page.html"
    return render(request, template, context)


@dossier_view(needs="books.write", methods=("POST",))
def book_invoice(request: DossierRequest, pk: int) -> HttpResponse:
    """« Comptabiliser » an invoice on the accounts shown."""
    invoice = find_invoice(pk)
    accounts = accounts_of_lines(request.dossier, request.POST)
    posting.book_invoice(invoice, by=request.user, accounts=accounts)
    undo = reverse("ledger:unbook_invoice", args=[request.dossier.slug, pk])
    page = reverse("ledger:invoice_proposal", args=[request.dossier.slug, pk])
    return answered(request, "Facture comptabilisée.", page, undo=undo)


@dossier_view(needs="books.write", methods=("POST",))
def unbook_invoice(request: DossierRequest, pk: int) -> HttpResponse:
    """Take an invoice's entry back."""
    removed = posting.unbook_invoice(find_invoice(pk), by=request.user)
    page = reverse("ledger:invoice_proposal", args=[request.dossier.slug, pk])
    text = f"Facture à comptabiliser de nouveau. {removed.said}".strip()
    return answered(request, text, page)


@dossier_view(needs="books.write", methods=("POST",))
def book_transaction(request: DossierRequest, pk: int) -> HttpResponse:
    """« Comptabiliser » a bank transaction on an account or a third party."""
    moved = find_transaction(pk)
    sent = request.POST
    try:
        rate = rate_of(sent.get("taux", ""))
    except ValidationError as error:
        raise VatRateInvalid(error.messages[0]) from error
    third = _third_party(sent.get("tiers", ""))
    account = None if third else account_of(request.dossier, sent.get("compte", ""))
    posting.book_transaction(
        moved, by=request.user, account=account, third_party=third, vat_rate=rate
    )
    undo = reverse("ledger:unbook_transaction", args=[request.dossier.slug, pk])
    page = reverse("ledger:transaction_proposal", args=[request.dossier.slug, pk])
    return answered(request, "Opération comptabilisée.", page, undo=undo)


def _third_party(sent: str) -> ThirdParty | None:
    found: ThirdParty | None = (
        ThirdParty.objects.select_related("account").filter(pk=int(sent)).first()
        if sent.isdecimal() and len(sent) < 19
        else None
    )
    return found


@dossier_view(needs="books.write", methods=("POST",))
def unbook_transaction(request: DossierRequest, pk: int) -> HttpResponse:
    """Take a transaction's entry back."""
    removed = posting.unbook_transaction(find_transaction(pk), by=request.user)
    page = reverse("ledger:transaction_proposal", args=[request.dossier.slug, pk])
    return answered(request, f"Opération à comptabiliser de nouveau. {removed.said}".strip(), page)


def answered(request: HttpRequest, text: str, page: str, *, undo: str = "") -> HttpResponse:
    """Say it in a toast and have the parts of the page look again, or go to the page."""
    if request.headers.get("HX-Request") == "true":
        told: dict[str, Any] = {"toast": {"text": text, "undo_url": undo}, CHANGED: ""}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
    return redirect(page)
