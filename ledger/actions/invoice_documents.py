"""An invoice and its document: made from one, given one, parted from it."""

from __future__ import annotations

from django.db import transaction

from clients.models import Document, Dossier
from firm import audit
from firm.models import User
from ledger.actions.arrivals import look_at_invoices
from ledger.actions.invoices import InvoiceDraft, create_invoice
from ledger.actions.summaries import refresh_receipts
from ledger.models import Invoice


@transaction.atomic
def create_from_document(
    dossier: Dossier, document: Document, *, direction: str, by: User
) -> Invoice:
    """A purchase or a sale of which only the document is known, to be completed and booked."""
    made = create_invoice(
        dossier, InvoiceDraft(), direction=direction, by=by, source=Invoice.Source.GED,
        document=document,
    )  # fmt: skip
    Document.objects.filter(pk=document.pk).update(state=Document.State.FILED)
    return made


@transaction.atomic
def attach_document(invoice: Invoice, document: Document, *, by: User) -> None:
    """Show this document beside the invoice, whatever its state: it changes no figure.

    The one it had goes back to those to be filed.
    """
    _free(invoice)
    Invoice.objects.filter(pk=invoice.pk).update(document=document)
    Document.objects.filter(pk=document.pk).update(state=Document.State.FILED)
    audit.record(
        "ledger.document_attached", by=by, dossier_id=invoice.dossier_id, invoice=invoice.pk,
        number=invoice.number, document=document.pk, name=document.name,
    )  # fmt: skip
    look_at_invoices(invoice.dossier, [invoice.pk], by=by)
    refresh_receipts(invoice.dossier_id)


@transaction.atomic
def detach_document(invoice: Invoice, *, by: User) -> None:
    """Part an invoice from its document, which goes back to those to be filed."""
    if invoice.document_id is None:
        return
    _free(invoice)
    Invoice.objects.filter(pk=invoice.pk).update(document=None)
    audit.record(
        "ledger.document_detached", by=by, dossier_id=invoice.dossier_id, invoice=invoice.pk,
        number=invoice.number, document=invoice.document_id,
    )  # fmt: skip
    refresh_receipts(invoice.dossier_id)


def _free(invoice: Invoice) -> None:
    others = Invoice.objects.filter(document=invoice.document_id).exclude(pk=invoice.pk)
    if invoice.document_id and not others.exists():
        Document.objects.filter(pk=invoice.document_id).update(state=Document.State.TO_FILE)


def invoice_of(document: Document) -> str:
    """The sentence that keeps a document out of the bin while an invoice shows it."""
    found = Invoice.objects.filter(document=document.pk).first()
    if found is None:
        return ""
    name = f"la facture {found.number}" if found.number else "une facture"
    return f"Ce document est joint à {name}. Retirez-le d’abord de la facture."
