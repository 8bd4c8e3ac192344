"""Bank transactions, as a table in flat memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clients.models import Dossier
from firm.formats import period_fr
from ledger.forms_lists import ListForm
from ledger.models import BankAccount, BankTransaction
from ledger.queries import lists
from ledger.queries.lists import Filters
from ledger.tables import Column, Row, Table
from ledger.tables.naming import searched

BATCH = 2000
BANK = (
    Column("Date", "date", 0.9),
    Column("Libellé", width=4),
    Column("Référence", width=1.5),
    Column("Compte", width=2),
    Column("Entrée", "amount", 1.2),
    Column("Sortie", "amount", 1.2),
)


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
