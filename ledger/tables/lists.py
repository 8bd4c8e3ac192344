"""Purchases, sales and bank transactions, as tables in flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clients.models import Dossier
from firm.formats import period_fr
from ledger.forms_lists import ListForm
from ledger.models import BankAccount, BankTransaction, Invoice
from ledger.queries import lists
from ledger.queries.lists import Filters
from ledger.tables import Column, Row, Table
from ledger.tables.naming import searched

BATCH = 2000
STATUSES = {"open": "non réglées", "paid": "réglées"}
BANK = (
    Column("Date", "date", 0.9),
    Column("Libellé", width=4),
    Column("Référence", width=1.5),
    Column("Compte", width=2),
    Column("Entrée", "amount", 1.2),
    Column("Sortie", "amount", 1.2),
)


def purchases(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """Supplier invoices; credit notes are negative, so that columns add up to their totals."""
    return _invoices(dossier, asked, "purchase", "Achats", "Fournisseur")


def sales(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """Customer invoices; credit notes are negative, so that columns add up to their totals."""
    return _invoices(dossier, asked, "sale", "Ventes", "Client")


def bank(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """Money that moved, latest first."""
    filters = ListForm(asked).filters()
    rows, sums = lists.wanted_transactions(filters)
    return Table(
        title="Banque",
        subtitle=_subtitle(dossier, filters, _account(filters)),
        columns=BANK,
        rows=(Row(_transaction(row)) for row in rows.iterator(chunk_size=BATCH)),
        totals=[None, "Total", "", "", sums["money_in"], sums["money_out"]],
        count=sums["n"],
        file_name=f"banque{_days(filters)}",
    )


def _invoices(
    dossier: Dossier, asked: Mapping[str, Any], direction: str, title: str, party: str
) -> Table:
    filters = ListForm(asked).filters()
    rows, sums = lists.wanted_invoices(direction, filters)
    columns = (
        Column("Date", "date", 0.9), Column(party, width=2.6), Column("Numéro", width=1.5),
        Column("Nature", width=0.8), Column("Origine", width=0.9), Column("État", width=1),
        Column("HT", "amount", 1.2), Column("TVA", "amount", 1.1), Column("TTC", "amount", 1.2),
    )  # fmt: skip
    return Table(
        title=title,
        subtitle=_subtitle(dossier, filters, STATUSES.get(filters.status, "")),
        columns=columns,
        rows=_invoice_rows(rows.iterator(chunk_size=BATCH)),
        totals=[None, "Total", "", "", "", "", sums["net"], sums["vat"], sums["gross"]],
        count=sums["n"],
        file_name=f"{title.lower()}{_days(filters)}",
    )


def _invoice_rows(rows: Iterator[Invoice]) -> Iterator[Row]:
    for row in rows:
        sign = -1 if row.type == Invoice.Type.CREDIT_NOTE else 1
        yield Row([
            row.issue_date, row.third_party.label if row.third_party else "", row.number,
            row.get_type_display(), row.get_source_display(),
            "Réglée" if row.state == Invoice.State.PAID else "Non réglée",
            sign * row.net, sign * row.vat, sign * row.gross,
        ])  # fmt: skip


def _transaction(row: BankTransaction) -> list[Any]:
    money_in, money_out = (row.amount, None) if row.amount > 0 else (None, row.amount)
    return [row.date, row.label, row.reference, row.bank_account.name, money_in, money_out]


def _account(filters: Filters) -> str:
    if not filters.bank_account:
        return ""
    found = BankAccount.objects.filter(id=filters.bank_account).first()
    return found.name if found else "compte inconnu"


def _subtitle(dossier: Dossier, filters: Filters, fact: str) -> str:
    days = period_fr(filters.since, filters.until)
    return " · ".join(filter(None, (dossier.name, days, fact, searched(filters.search))))


def _days(filters: Filters) -> str:
    return "".join(f"-{day:%Y%m%d}" for day in (filters.since, filters.until) if day)
