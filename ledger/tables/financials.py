"""Financial statements, as tables: the boxes with their codes, beside N-1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clients.models import Dossier
from ledger.financials.fill import Line
from ledger.forms_financials import BALANCE_SHEET, FLOWS, INCOME, MARGINS, PAGES, StatementForm
from ledger.queries.financials import Statement, statement
from ledger.queries.years import years_of
from ledger.tables import Column, Kind, Row, Table
from ledger.tables.naming import file_name, subtitle

AMOUNT: Kind = "amount"


def balance_sheet(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The bilan that the screen shows for the same address."""
    return _table(dossier, {**asked, "etat": BALANCE_SHEET})


def income(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The compte de résultat."""
    return _table(dossier, {**asked, "etat": INCOME})


def margins(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The soldes intermédiaires de gestion."""
    return _table(dossier, {**asked, "etat": MARGINS})


def cash_flows(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The tableau de flux de trésorerie."""
    return _table(dossier, {**asked, "etat": FLOWS})


def _table(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    form = StatementForm(asked, years=years_of(dossier))
    found = None
    if form.period:
        found = statement(dossier, form.code_for(dossier), form.period, form.before())
    has_less = bool(found and any(one.section.has_less for one in found.sections))
    has_before = bool(found and found.before)
    title = found.form.title if found else PAGES[form.shown()]
    rows = list(_rows(found, form, has_less=has_less, has_before=has_before)) if found else []
    return Table(
        title=title,
        subtitle=subtitle(dossier, form.period),
        columns=_columns(has_less=has_less, has_before=has_before),
        rows=rows,
        count=sum(row.style != "group" for row in rows),
        file_name=file_name(form.shown(), form.period),
    )


def _columns(*, has_less: bool, has_before: bool) -> list[Column]:
    columns = [Column("Poste", width=0.7), Column("Libellé", width=4)]
    if has_less:
        columns += [Column("Brut", AMOUNT, 1.3), Column("Amort. et dépr.", AMOUNT, 1.3)]
    columns.append(Column("Net" if has_less else "Montant", AMOUNT, 1.3))
    if has_before:
        columns += [
            Column("N-1", AMOUNT, 1.3),
            Column("Écart", AMOUNT, 1.2),
            Column("Écart %", "percent", 0.8),
        ]
    return columns


def _rows(
    found: Statement, form: StatementForm, *, has_less: bool, has_before: bool
) -> Iterator[Row]:
    shows_all = bool(form.read("vides", False))
    for one in found.sections:
        yield Row([one.section.title], "group")
        for line in one.rows:
            if isinstance(line, str) or (line.is_empty and not shows_all and not line.box.is_grand):
                continue
            cells = _cells(line, has_less=has_less, has_before=has_before)
            yield Row(cells, "total" if line.box.is_total else "row")


def _cells(line: Line, *, has_less: bool, has_before: bool) -> list[Any]:
    cells: list[Any] = [line.box.code, line.box.label]
    if has_less:
        cells += [line.value if line.less else None, line.less or None]
    cells.append(line.net)
    return [*cells, line.before or None, line.gap or None, line.ratio] if has_before else cells
