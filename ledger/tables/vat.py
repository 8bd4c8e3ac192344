"""VAT returns, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clients.models import Dossier
from ledger.queries.vat import ListedReturn, listed_returns
from ledger.tables import Column, Row, Table
from ledger.tables.naming import subtitle

COLUMNS = (
    Column("Période", width=2),
    Column("État", width=1.2),
    Column("TVA brute", "amount", 1.2),
    Column("TVA déductible", "amount", 1.2),
    Column("À payer", "amount", 1.2),
    Column("Crédit reporté", "amount", 1.2),
    Column("Remboursement", "amount", 1.2),
    Column("Écriture", width=1),
    Column("Référence", width=1.5),
)


def vat(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The returns of the dossier, latest first; the form is in whole euros."""
    del asked
    rows = listed_returns(dossier)
    return Table(
        title="Déclarations de TVA",
        subtitle=subtitle(dossier, None),
        columns=COLUMNS,
        rows=[Row(_cells(one)) for one in rows],
        count=len(rows),
        file_name=f"tva-{dossier.slug}",
    )


def _cells(one: ListedReturn) -> list[Any]:
    row = one.row
    return [
        one.period, row.get_state_display(), 100 * row.tax.get("16", 0),
        100 * row.tax.get("23", 0), 100 * row.due, 100 * row.credit_carried, 100 * row.refund,
        row.settlement.number if row.settlement else "", row.reference,
    ]  # fmt: skip
