"""Open lines by third party, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clients.models import Dossier
from ledger.forms_lettering import OpenItemsForm
from ledger.queries.open_items import open_parties, span_of
from ledger.tables import Column, Row, Table
from ledger.tables.naming import searched

COLUMNS = (
    Column("Compte", width=1.1),
    Column("Code", width=1.2),
    Column("Tiers", width=3),
    Column("Lignes", "integer", 0.8),
    Column("Débit", "amount", 1.2),
    Column("Crédit", "amount", 1.2),
    Column("Solde", "balance", 1.3),
)


def open_items(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """Third parties and accounts with open lines, as the screen lists them."""
    form = OpenItemsForm(asked)
    span = span_of(dossier, form.read("exercice"))
    found = open_parties(
        dossier, span, every=bool(form.read("autres")), root=form.read("collectif"),
        text=form.read("q"), with_pairs=bool(form.read("paires")),
    )  # fmt: skip
    facts = (dossier.name, span.label, form.read("collectif"), searched(form.read("q")))
    return Table(
        title="Lignes à lettrer",
        subtitle=" · ".join(filter(None, facts)),
        columns=COLUMNS,
        rows=(
            Row([row.number, row.code, row.label, row.count, row.debit, row.credit, row.balance])
            for row in found
        ),
        totals=[
            "Total", "", "", sum(row.count for row in found), sum(row.debit for row in found),
            sum(row.credit for row in found), sum(row.balance for row in found),
        ],
        count=len(found),
        file_name="lettrage",
    )  # fmt: skip
