"""Purchases and sales: lists by tab with their totals, one invoice, its neighbours in the list.

Lists are in order of date, latest first; an invoice without a date (its document has just come)
stands on top.  Amounts are cents; credit notes count against the totals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from clients.models import Dossier
from ledger.models import Invoice, InvoiceLine, ThirdParty
from ledger.queries.balance_lines import plain
from ledger.queries.duplicates import mark, only_duplicates

PAGE = 50
BOOKABLE = (Invoice.Type.INVOICE, Invoice.Type.CREDIT_NOTE)
HISTORY = 5
Booking = Invoice.Booking
# What is typed to find those that were archived, whatever the tab (« Supprimé » is the old word).
ARCHIVED_WORDS = ("supprime", "archive")
SIGN = Case(When(type=Invoice.Type.CREDIT_NOTE, then=-1), default=1)


@dataclass(frozen=True, slots=True)
class InvoiceFilters:
    """What narrows a list; both days included.  An empty `booking` is every tab, an empty
    `direction` both sides.

    `takeover`: « before » what is dated before the takeover, « held » what is held back by it,
    « kept » what somebody kept.  `payment`: « paid » or « open ».  `file`: « with » or « without ».
    `is_bookable` leaves quotes and pro formas out.
    """

    direction: str
    booking: str = ""
    text: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    source: str = ""
    state: str = ""
    third_party_id: int | None = None
    takeover: str = ""
    payment: str = ""
    file: str = ""
    is_duplicate: bool = False
    is_bookable: bool = False

    @property
    def narrows(self) -> bool:
        """Whether something is left out beside the other tabs."""
        plain_list = InvoiceFilters(self.direction, self.booking, is_bookable=self.is_bookable)
        return self != plain_list


@dataclass(frozen=True, slots=True)
class InvoiceTotals:
    """Number and sums of a set, in cents."""

    count: int = 0
    net: int = 0
    vat: int = 0
    gross: int = 0

    def __add__(self, other: InvoiceTotals) -> InvoiceTotals:
        """Two sets that have nothing in common."""
        return InvoiceTotals(
            self.count + other.count, self.net + other.net, self.vat + other.vat,
            self.gross + other.gross,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where an invoice stands in a list: its rank (0 when it is not in it) and its neighbours."""

    rank: int
    total: int
    before: int | None
    after: int | None


def wanted(dossier: Dossier, filters: InvoiceFilters) -> QuerySet[Invoice]:
    """The invoices that pass the filters, in no order."""
    found = Invoice.objects.filter(dossier=dossier)
    asked: dict[str, Any] = {
        "direction": filters.direction,
        "booking": filters.booking, "source": filters.source, "state": filters.state,
        "third_party": filters.third_party_id, "issue_date__gte": filters.since,
        "issue_date__lte": filters.until,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in asked.items() if value})
    found = found.filter(_takeover(filters.takeover), _payment(filters.payment))
    if filters.is_duplicate:
        found = only_duplicates(found)
    if filters.is_bookable:
        found = found.filter(type__in=BOOKABLE)
    if filters.file:
        found = found.filter(document__isnull=filters.file == "without")
    if filters.text:
        found = found.filter(_text(filters.text))
    return found


def looked_for(filters: InvoiceFilters) -> InvoiceFilters:
    """« supprimé » or « archivée » typed in the search shows the archived ones, from any tab."""
    words = plain(filters.text).split()
    if words and words[0].startswith(ARCHIVED_WORDS):
        rest = " ".join(filters.text.split()[1:])
        return replace(filters, booking=Booking.ARCHIVED, text=rest)
    return filters


def _text(typed: str) -> Q:
    return (
        Q(number__icontains=typed)
        | Q(third_party__label__icontains=typed)
        | Q(third_party__code__icontains=typed)
    )


def _takeover(asked: str) -> Q:
    if asked == "before":
        return Q(is_pre_takeover=True)
    if asked == "held":
        return Q(is_pre_takeover=True, is_kept=False)
    return Q(is_pre_takeover=True, is_kept=True) if asked == "kept" else Q()


def _payment(asked: str) -> Q:
    paid = Q(state=Invoice.State.PAID)
    return {"paid": paid, "open": ~paid}.get(asked, Q())


def totals_by_tab(dossier: Dossier, filters: InvoiceFilters) -> dict[str, InvoiceTotals]:
    """Number and sums of each tab with the other filters, in one query; every tab is there."""
    rows = (
        wanted(dossier, replace(filters, booking=""))
        .values("booking")
        .annotate(
            n=Count("id"), ht=Sum(F("net") * SIGN), tva=Sum(F("vat") * SIGN),
            ttc=Sum(F("gross") * SIGN),
        )
    )  # fmt: skip
    found = {
        row["booking"]: InvoiceTotals(row["n"], int(row["ht"]), int(row["tva"]), int(row["ttc"]))
        for row in rows
    }
    return {booking: found.get(booking, InvoiceTotals()) for booking in Booking.values}


def ordered(found: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """As lists show them: without a date first, then the latest first."""
    return found.select_related("third_party", "document").order_by(
        F("issue_date").desc(nulls_first=True), "-id"
    )


def invoice_page(
    dossier: Dossier, filters: InvoiceFilters, cursor: str = "", limit: int = PAGE
) -> tuple[list[Invoice], str]:
    """A page of invoices with their third parties, their marks of duplicates and the next cursor,
    in two queries.

    A cursor that makes no sense is the first page.
    """
    found = ordered(wanted(dossier, filters))
    day, _sep, pk = cursor.partition("~")
    try:
        place = _below(dt.date.fromisoformat(day) if day else None, int(pk))
    except ValueError:
        place = Q()
    rows = list(found.filter(place)[: limit + 1])
    mark(rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], f"{last.issue_date or ''}~{last.id}" if last else ""


def _below(day: dt.date | None, pk: int) -> Q:
    """What comes after an invoice of this day and id."""
    if day is None:
        return Q(issue_date__isnull=False) | Q(issue_date__isnull=True, id__lt=pk)
    return Q(issue_date__lt=day) | Q(issue_date=day, id__lt=pk)


def _above(day: dt.date | None, pk: int) -> Q:
    """What comes before it."""
    if day is None:
        return Q(issue_date__isnull=True, id__gt=pk)
    return Q(issue_date__isnull=True) | Q(issue_date__gt=day) | Q(issue_date=day, id__gt=pk)


def place_of(dossier: Dossier, filters: InvoiceFilters, invoice: Invoice) -> Place:
    """Where an invoice stands among those of the filters, in three queries."""
    found = wanted(dossier, filters)
    above = _above(invoice.issue_date, invoice.id)
    counted = found.aggregate(
        n=Count("id"), above=Count("id", filter=above), it=Count("id", filter=Q(id=invoice.id))
    )
    before = found.filter(above).order_by(F("issue_date").asc(nulls_last=True), "id")
    after = found.filter(_below(invoice.issue_date, invoice.id)).order_by(
        F("issue_date").desc(nulls_first=True), "-id"
    )
    return Place(
        rank=counted["above"] + 1 if counted["it"] else 0,
        total=counted["n"],
        before=before.values_list("id", flat=True).first(),
        after=after.values_list("id", flat=True).first(),
    )


def find_invoice(dossier: Dossier, direction: str, pk: int) -> Invoice | None:
    """One invoice with all that its page tells, in one query."""
    return (
        Invoice.objects.filter(dossier=dossier, direction=direction, id=pk)
        .select_related("third_party__account", "third_party__default_account", "document",
                        "entry__journal", "fec_import", "corrects")
        .first()
    )  # fmt: skip


def lines_of_invoice(invoice: Invoice) -> list[InvoiceLine]:
    """Its lines in order with their accounts, in one query."""
    found = InvoiceLine.objects.filter(dossier=invoice.dossier_id, invoice=invoice.id)
    return list(found.select_related("account").order_by("rank"))


def lines_of_invoices(dossier: Dossier, rows: Sequence[Invoice]) -> dict[int, list[InvoiceLine]]:
    """The lines of some invoices by invoice, in one query."""
    found: dict[int, list[InvoiceLine]] = {row.id: [] for row in rows}
    lines = InvoiceLine.objects.filter(dossier=dossier, invoice__in=list(found))
    for line in lines.select_related("account").order_by("invoice", "rank"):
        found[line.invoice_id].append(line)
    return found


def history_of(invoice: Invoice, limit: int = HISTORY) -> list[Invoice]:
    """The latest other invoices of its third party, in one query; none without a third party."""
    if invoice.third_party_id is None:
        return []
    found = Invoice.objects.filter(
        dossier=invoice.dossier_id, third_party=invoice.third_party_id, direction=invoice.direction
    ).exclude(id=invoice.id)
    return list(found.order_by(F("issue_date").desc(nulls_last=True), "-id")[:limit])


def find_party(dossier: Dossier, direction: str, pk: int | None) -> ThirdParty | None:
    """The third party that a list is narrowed to, in one query; none when none is asked for."""
    if pk is None:
        return None
    return ThirdParty.objects.filter(dossier=dossier, role=role_of(direction), id=pk).first()


def role_of(direction: str) -> str:
    """The side of the third parties of purchases, or of sales."""
    is_sale = direction == Invoice.Direction.SALE
    return ThirdParty.Role.CUSTOMER if is_sale else ThirdParty.Role.SUPPLIER


def missing(invoice: Invoice) -> list[str]:
    """What an invoice still lacks to be booked, in words."""
    lacks = {
        "le tiers": invoice.third_party_id is None,
        "la date": invoice.issue_date is None,
        "le numéro": not invoice.number,
        "un montant": not (invoice.gross or invoice.net),
    }
    return [word for word, is_missing in lacks.items() if is_missing]
