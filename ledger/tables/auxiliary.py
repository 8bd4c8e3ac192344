"""Balance auxiliaire, as a table: third parties under their collective accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clients.models import Dossier
from ledger.forms import AuxiliaryForm
from ledger.queries.auxiliary import Collective, auxiliary, sum_of
from ledger.queries.balances import ThirdPartySums
from ledger.queries.years import years_of
from ledger.tables import Column, Row, Table
from ledger.tables.naming import file_name, searched, subtitle

COLUMNS = (
    Column("Compte", width=1.1),
    Column("Code", width=1.3),
    Column("Tiers", width=3),
    Column("Ouverture", "balance", 1.3),
    Column("Débit", "amount", 1.2),
    Column("Crédit", "amount", 1.2),
    Column("Solde débiteur", "amount", 1.2),
    Column("Solde créditeur", "amount", 1.2),
)


def aux_balance(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The balance auxiliaire that the screen shows for the same address, whole; two queries."""
    form = AuxiliaryForm(asked, years=years_of(dossier))
    filters = form.filters()
    found = auxiliary(dossier, filters) if filters else []
    every = [row for group in found for row in group.rows]
    facts = (searched(form.read("q")), "tiers mouvementés" if form.read("mouvementes") else "")
    return Table(
        title=f"Balance auxiliaire, {form.side}",
        subtitle=subtitle(dossier, form.period, *facts),
        columns=COLUMNS,
        rows=_rows(found),
        totals=_summed("Total des tiers", every),
        count=len(every),
        file_name=file_name("balance-auxiliaire", form.period, form.side),
    )


def _rows(found: Sequence[Collective]) -> Iterator[Row]:
    for group in found:
        if not group.rows:
            continue
        yield Row([f"{group.tie.account} · {group.tie.label}"], "group")
        for row in group.rows:
            closing = row.sums.closing
            figures = [max(closing, 0), max(-closing, 0)]
            yield Row([row.account, row.code, row.name or row.code, *_moves(row.sums), *figures])
        yield Row(_summed(f"Total {group.tie.account}", group.rows), "subtotal")


def _summed(label: str, rows: Sequence[ThirdPartySums]) -> list[Any]:
    """The sum of third parties; each balance column is the sum of what it shows."""
    owed = sum(max(row.sums.closing, 0) for row in rows)
    owing = sum(max(-row.sums.closing, 0) for row in rows)
    return ["", "", label, *_moves(sum_of(rows)), owed, owing]


def _moves(sums: Any) -> list[int]:
    return [sums.start, sums.movement_debit, sums.movement_credit]
