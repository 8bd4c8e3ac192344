"""What the rules of auto-factures match: past transactions, and invoices that clients then send."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from clients.models import Dossier
from ledger.models import AutoInvoice, AutoInvoiceRule, BankTransaction, Invoice

Rhythm = AutoInvoiceRule.Rhythm
# Days around a record within which an invoice of the supplier is the same purchase.
WINDOWS = {
    Rhythm.WEEKLY: 4, Rhythm.MONTHLY: 20, Rhythm.QUARTERLY: 45, Rhythm.YEARLY: 180, Rhythm.ANY: 20,
}  # fmt: skip
PAST = dt.timedelta(days=730)
MOST = 20_000
NEAR_SHARE, NEAR_CENTS = 20, 100  # a twentieth, or one euro


@dataclass(frozen=True, slots=True)
class Match:
    """A transaction that a rule matches; `refusal` says why no record is made of it."""

    transaction: BankTransaction
    refusal: str = ""


def words_of(text: str) -> frozenset[str]:
    """Letters and figures of a label, word by word, without accents or case."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    return frozenset(re.findall(r"[A-Z0-9]+", plain))


def matches_rule(rule: AutoInvoiceRule, transaction: BankTransaction) -> bool:
    """Whether money that leaves has the rule's words and amount."""
    wanted = words_of(rule.words)
    cents = -transaction.amount
    return (
        cents > 0
        and bool(wanted)
        and wanted <= words_of(transaction.label)
        and (rule.least is None or cents >= rule.least)
        and (rule.most is None or cents <= rule.most)
    )


def period_of(rule: AutoInvoiceRule, day: dt.date) -> tuple[int, ...] | None:
    """The week, month, quarter or year of a day; None when each transaction counts."""
    if rule.rhythm == Rhythm.WEEKLY:
        return tuple(day.isocalendar())[:2]
    return {
        Rhythm.MONTHLY: (day.year, day.month),
        Rhythm.QUARTERLY: (day.year, (day.month - 1) // 3),
        Rhythm.YEARLY: (day.year,),
    }.get(Rhythm(rule.rhythm))


def preview_rule(dossier: Dossier, rule: AutoInvoiceRule) -> list[Match]:
    """The past two years' transactions that a rule matches, latest first, in four queries.

    Those without refusal are those of which activating it makes a record.
    """
    rows = BankTransaction.objects.filter(
        dossier=dossier, amount__lt=0, date__gte=timezone.localdate() - PAST
    )
    if rule.least is not None:
        rows = rows.filter(amount__lte=-rule.least)
    if rule.most is not None:
        rows = rows.filter(amount__gte=-rule.most)
    latest = list(rows.order_by("-date", "-id")[:MOST])
    return judge(dossier, rule, reversed(latest))[::-1]


def judge(
    dossier: Dossier, rule: AutoInvoiceRule, transactions: Iterable[BankTransaction]
) -> list[Match]:
    """Which of these transactions, oldest first, become a record of the rule, in three queries."""
    rows = [row for row in transactions if matches_rule(rule, row)]
    if not rows:
        return []
    known = set(
        AutoInvoice.objects.filter(dossier=dossier, transaction__in=rows).values_list(
            "transaction_id", flat=True
        )
    )
    made = AutoInvoice.objects.filter(dossier=dossier, rule=rule.pk or 0)
    taken = {period_of(rule, day) for day in made.values_list("transaction__date", flat=True)}
    received = list(
        Invoice.objects.filter(
            dossier=dossier, third_party=rule.third_party_id, direction="purchase"
        ).exclude(booking=Invoice.Booking.ARCHIVED)
    )
    found = []
    for row in rows:
        period = period_of(rule, row.date)
        refusal = _refusal(row, known) or _has_invoice(rule, row, received)
        if not refusal and period is not None and period in taken:
            refusal = "Une autre opération de la même période compte déjà"
        if not refusal:
            taken.add(period)
        found.append(Match(row, refusal))
    return found


def _refusal(row: BankTransaction, known: set[int]) -> str:
    booking = BankTransaction.Booking
    if row.id in known:
        return "Auto-facture déjà créée"
    if row.booking == booking.BOOKED:
        return "Déjà comptabilisée"
    if row.booking == booking.ARCHIVED:
        return "Archivée"
    if row.is_pre_takeover and not row.is_kept:
        return "Avant la date de reprise"
    return ""


def _has_invoice(rule: AutoInvoiceRule, row: BankTransaction, invoices: Sequence[Invoice]) -> str:
    days = WINDOWS[Rhythm(rule.rhythm)]
    for invoice in invoices:
        near = invoice.issue_date and abs((invoice.issue_date - row.date).days) <= days
        if near and invoice.gross == -row.amount:
            return f"Facture {invoice.number or 'sans numéro'} déjà reçue"
    return ""


def same_purchase(dossier: Dossier, invoices: Sequence[Invoice]) -> dict[int, Invoice]:
    """By invoice received and not booked, the auto-facture that stands for it already; one query.

    The same supplier, within a twentieth of the amount (or one euro) and the rule's days.
    """
    asked = [
        row
        for row in invoices
        if row.direction == Invoice.Direction.PURCHASE
        and row.source not in (Invoice.Source.AUTO, Invoice.Source.FEC)
        and row.booking == Invoice.Booking.TO_PROCESS
        and row.third_party_id
        and row.issue_date
    ]
    if not asked:
        return {}
    made = (
        AutoInvoice.objects.filter(
            dossier=dossier, invoice__third_party__in={row.third_party_id for row in asked}
        )
        .exclude(invoice__booking=Invoice.Booking.ARCHIVED)
        .select_related("invoice", "rule")
        .order_by("id")
    )
    held = list(made)
    return {
        row.id: found
        for row in asked
        if (found := next((one.invoice for one in held if _is_same(row, one)), None))
    }


def _is_same(received: Invoice, made: AutoInvoice) -> bool:
    record = made.invoice
    if record is None or record.third_party_id != received.third_party_id:
        return False
    assert record.issue_date is not None
    assert received.issue_date is not None
    apart: int = abs(record.gross - received.gross)
    days: int = abs((record.issue_date - received.issue_date).days)
    margin: int = max(NEAR_CENTS, record.gross // NEAR_SHARE)
    return apart <= margin and days <= WINDOWS[Rhythm(made.rule.rhythm)]
