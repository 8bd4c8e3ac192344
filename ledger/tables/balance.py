"""Balance générale, as a table: accounts in classes with their subtotals, beside N-1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clients.models import Dossier
from ledger.forms import BalanceForm
from ledger.queries.balance_lines import (
    BalanceFilters,
    BalanceLine,
    balance_lines,
    in_classes,
    summed,
)
from ledger.queries.years import years_of
from ledger.tables import Column, Row, Table
from ledger.tables.naming import file_name, searched, subtitle

COLUMNS = (
    Column("Compte", width=1.1),
    Column("Intitulé", width=3),
    Column("Ouverture", "balance", 1.3),
    Column("Débit", "amount", 1.2),
    Column("Crédit", "amount", 1.2),
    Column("Solde débiteur", "amount", 1.2),
    Column("Solde créditeur", "amount", 1.2),
)
BEFORE = (
    Column("Solde N-1", "balance", 1.3),
    Column("Écart", "amount", 1.1),
    Column("Écart %", "percent", 0.8),
)


def balance(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The balance that the screen shows for the same address, whole; one query, two with N-1."""
    form = BalanceForm(asked, years=years_of(dossier))
    filters = form.filters()
    lines = balance_lines(dossier, filters) if filters else []
    before = bool(filters and filters.before)
    facts = (searched(form.read("q")), "comptes mouvementés" if form.read("mouvementes") else "")
    return Table(
        title="Balance générale",
        subtitle=subtitle(dossier, form.period, *facts),
        columns=(*COLUMNS, *BEFORE) if before else COLUMNS,
        rows=_rows(lines, filters),
        totals=_cells(summed(lines, "Total général"), before=before),
        count=len(lines),
        file_name=file_name("balance", form.period),
    )


def _rows(lines: Sequence[BalanceLine], filters: BalanceFilters | None) -> Iterator[Row]:
    """In classes when sorted by account, as on the screen."""
    before = bool(filters and filters.before)
    if filters is None or filters.sort != "compte":
        yield from (_row(line, before=before) for line in lines)
        return
    for group in in_classes(lines):
        yield Row([group.title], "group")
        yield from (_row(line, before=before) for line in group.lines)
        yield Row(_cells(group.subtotal, before=before), "subtotal")


def _row(line: BalanceLine, *, before: bool) -> Row:
    """An account: blank where nothing moved, as on the screen; a nil balance shows its zero."""
    cells = [cell or None for cell in _cells(line, before=before)]
    cells[5] = line.owed or (None if line.owing else 0)
    return Row(cells)


def _cells(line: BalanceLine, *, before: bool) -> list[Any]:
    sums = line.sums
    cells = [
        line.account, line.label, sums.start, sums.movement_debit, sums.movement_credit,
        line.owed, line.owing,
    ]  # fmt: skip
    return [*cells, line.before or 0, line.gap or 0, line.ratio] if before else cells
