"""Purchases and sales, as tables in flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clients.models import Dossier
from firm.formats import period_fr
from ledger.forms_invoices import InvoiceListForm
from ledger.models import Invoice
from ledger.queries import invoices
from ledger.queries.invoices import InvoiceFilters
from ledger.tables import Column, Row, Table
from ledger.tables.naming import searched

BATCH = 2000
PAYMENTS = {"open": "non réglées", "paid": "réglées"}
TABS = {"to_process": "à comptabiliser", "booked": "comptabilisées", "archived": "archivées"}


def purchases(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """Supplier invoices; credit notes are negative, so that columns add up to their totals."""
    return _table(dossier, asked, Invoice.Direction.PURCHASE, "Achats", "Fournisseur")


def sales(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """Customer invoices; credit notes are negative, so that columns add up to their totals."""
    return _table(dossier, asked, Invoice.Direction.SALE, "Ventes", "Client")


def _table(
    dossier: Dossier, asked: Mapping[str, Any], direction: str, title: str, party: str
) -> Table:
    form = InvoiceListForm(asked, direction=direction)
    by_tab = invoices.totals_by_tab(dossier, form.filters())
    filters = form.shown(by_tab)
    sums = by_tab[filters.booking]
    columns = (
        Column("Date", "date", 0.9), Column(party, width=2.6), Column("Numéro", width=1.5),
        Column("Nature", width=0.8), Column("Origine", width=0.9), Column("État", width=1.1),
        Column("HT", "amount", 1.2), Column("TVA", "amount", 1.1), Column("TTC", "amount", 1.2),
    )  # fmt: skip
    rows = invoices.ordered(invoices.wanted(dossier, filters))
    return Table(
        title=title,
        subtitle=_subtitle(dossier, filters),
        columns=columns,
        rows=_rows(rows.iterator(chunk_size=BATCH)),
        totals=[None, "Total", "", "", "", "", sums.net, sums.vat, sums.gross],
        count=sums.count,
        file_name=f"{title.lower()}{_days(filters)}",
    )


def _rows(rows: Iterator[Invoice]) -> Iterator[Row]:
    for row in rows:
        sign = -1 if row.type == Invoice.Type.CREDIT_NOTE else 1
        yield Row([
            row.issue_date, row.third_party.label if row.third_party else "", row.number,
            row.get_type_display(), row.get_source_display(), _state(row),
            sign * row.net, sign * row.vat, sign * row.gross,
        ])  # fmt: skip


def _state(row: Invoice) -> str:
    if row.booking != Invoice.Booking.BOOKED:
        return str(row.get_booking_display())
    return "Réglée" if row.state == Invoice.State.PAID else "Non réglée"


def _subtitle(dossier: Dossier, filters: InvoiceFilters) -> str:
    days = period_fr(filters.since, filters.until)
    facts = (TABS[filters.booking], PAYMENTS.get(filters.payment, ""), searched(filters.text))
    return " · ".join(filter(None, (dossier.name, days, *facts)))


def _days(filters: InvoiceFilters) -> str:
    return "".join(f"-{day:%Y%m%d}" for day in (filters.since, filters.until) if day)
