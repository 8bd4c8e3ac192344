"""The figures of a plaquette as a workbook: one sheet a part, in cents."""

from __future__ import annotations

from pathlib import Path

from clients.models import Dossier
from ledger.forms_booklet import DETAIL, NOTES, BookletForm
from ledger.forms_financials import BALANCE_SHEET, FLOWS, INCOME, MARGINS
from ledger.tables import Table, xlsx
from ledger.tables.named import build

NAMES = {
    BALANCE_SHEET: "bilan",
    INCOME: "compte-de-resultat",
    MARGINS: "sig",
    FLOWS: "flux-de-tresorerie",
    DETAIL: "balance",
    NOTES: "revision",
}


def tables(dossier: Dossier, form: BookletForm) -> list[Table]:
    """The tables of the parts wanted, as their screens export them."""
    return [build(NAMES[key], dossier, {"exercice": form.chosen}) for key in form.wanted()]


def write(made: list[Table], path: Path) -> None:
    """One workbook, one sheet a table."""
    xlsx.write_many(made, path)
