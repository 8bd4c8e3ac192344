"""Bank transactions, as a table in flat memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clients.models import Dossier
from firm.formats import period_fr
from ledger.forms_bank import LABELS, BankListForm
from ledger.models import BankAccount, BankTransaction
from ledger.queries import bank as queries
from ledger.queries.bank import BankFilters
from ledger.tables import Column, Row, Table
from ledger.tables.naming import searched

BATCH = 2000
COLUMNS = (
    Column("Date", "date", 0.9),
    Column("Libellé", width=4),
    Column("Référence", width=1.5),
    Column("Compte", width=2),
    Column("Entrée", "amount", 1.2),
    Column("Sortie", "amount", 1.2),
)


def bank(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """Money that moved, latest first: the tab asked for, or every one."""
    filters = BankListForm(asked).filters()
    totals = queries.totals_by_tab(dossier, filters)
    shown = [totals[filters.booking]] if filters.booking else list(totals.values())
    rows = queries.detailed(queries.wanted(dossier, filters)).order_by("-date", "-id")
    return Table(
        title="Banque",
        subtitle=_subtitle(dossier, filters),
        columns=COLUMNS,
        rows=(Row(_transaction(row)) for row in rows.iterator(chunk_size=BATCH)),
        totals=[
            None, "Total", "", "", sum(one.money_in for one in shown),
            sum(one.money_out for one in shown),
        ],
        count=sum(one.count for one in shown),
        file_name=f"banque{_days(filters)}",
    )  # fmt: skip


def _transaction(row: BankTransaction) -> list[Any]:
    money_in, money_out = (row.amount, None) if row.amount > 0 else (None, row.amount)
    return [row.date, row.label, row.reference, row.bank_account.name, money_in, money_out]


def _account(filters: BankFilters) -> str:
    if not filters.bank_account:
        return ""
    found = BankAccount.objects.filter(id=filters.bank_account).first()
    return found.name if found else "compte inconnu"


def _subtitle(dossier: Dossier, filters: BankFilters) -> str:
    days = period_fr(filters.since, filters.until)
    tab = LABELS.get(filters.booking, "").lower()
    parts = (dossier.name, days, tab, _account(filters), searched(filters.search))
    return " · ".join(filter(None, parts))


def _days(filters: BankFilters) -> str:
    return "".join(f"-{day:%Y%m%d}" for day in (filters.since, filters.until) if day)
