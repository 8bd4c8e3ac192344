"""« Reçus manquants » (decision M5), for cockpit, digest and requests."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from clients.models import Dossier
from ledger.models import BankTransaction, Invoice
from ledger.queries.bank import without_receipt

OF_INVOICES = (Invoice.Type.INVOICE, Invoice.Type.CREDIT_NOTE)


class Missing(NamedTuple):
    """Payments without document or exemption, and purchases without a file."""

    payments: int
    purchases: int

    @property
    def total(self) -> int:
        """What the client is asked for."""
        return self.payments + self.purchases


def missing_receipts(dossier: Dossier) -> Missing:
    """What is missing since the takeover, archived ones aside; two queries.

    Purchases that a FEC brought are not asked for: their files are the former accountant's.  One
    without a date cannot be known to precede the takeover: it is.  Nobody keeps a file of a quote
    or of what is cancelled.  `DossierStats.missing_receipts` keeps the total.
    """
    payments = BankTransaction.objects.filter(dossier=dossier).filter(without_receipt(dossier))
    purchases = Invoice.objects.filter(
        dossier=dossier, direction=Invoice.Direction.PURCHASE, document=None
    ).exclude(booking=Invoice.Booking.ARCHIVED)
    purchases = purchases.filter(type__in=OF_INVOICES).exclude(state=Invoice.State.CANCELLED)
    purchases = purchases.exclude(source=Invoice.Source.FEC)
    if dossier.takeover_date:
        since = Q(issue_date__gte=dossier.takeover_date) | Q(issue_date=None)
        purchases = purchases.filter(since)
    return Missing(payments.count(), purchases.count())
