"""Balance âgée, as a table: third parties under their collective accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clients.models import Dossier
from firm.formats import date_fr
from ledger.forms_aged import AgedForm
from ledger.queries.aged import BUCKETS, Aged, aged_balance, aged_period, sense_of, sums_of, wanted
from ledger.queries.years import years_of
from ledger.tables import Column, Row, Table
from ledger.tables.naming import file_name, searched, subtitle

COLUMNS = (
    Column("Compte", width=1.1),
    Column("Code", width=1.2),
    Column("Tiers", width=2.6),
    *(Column(label, "amount", 1.2) for label in BUCKETS),
    Column("Solde", "balance", 1.3),
)


def aged(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The balance âgée that the screen shows for the same address, whole; three queries."""
    years = years_of(dossier)
    form = AgedForm(asked, years=years)
    held = aged_period(dossier, years, form.day)
    every = aged_balance(dossier, held, role=form.role) if held else []
    rows = form.in_order(wanted(every, text=form.text, late_only=form.is_late_only))
    facts = (
        f"au {date_fr(form.day)}", searched(form.text), "échus" if form.is_late_only else "",
    )  # fmt: skip
    return Table(
        title=f"Balance âgée, {form.side}",
        subtitle=subtitle(dossier, None, *facts),
        columns=COLUMNS,
        rows=_rows(rows, form.role, in_groups=not form.sort),
        totals=_summed("Total", rows, form.role),
        count=len(rows),
        file_name=file_name("balance-agee", None, form.side, f"{form.day:%Y%m%d}"),
    )


def _rows(rows: Sequence[Aged], role: str, *, in_groups: bool) -> Iterator[Row]:
    accounts = dict.fromkeys((row.account, row.account_label) for row in rows) if in_groups else ()
    if not in_groups:
        yield from (_row(row, role) for row in rows)
    for number, label in accounts:
        inside = [row for row in rows if row.account == number]
        yield Row([f"{number} · {label}"], "group")
        yield from (_row(row, role) for row in inside)
        yield Row(_summed(f"Total {number}", inside, role), "subtotal")


def _row(row: Aged, role: str) -> Row:
    name = row.name or row.code or "Lignes sans tiers"
    ages = [cents or None for cents in row.owed(role)]
    return Row([row.account, row.code, name, *ages, row.total])


def _summed(label: str, rows: Sequence[Aged], role: str) -> list[Any]:
    sums, total = sums_of(rows)
    return ["", "", label, *(cents * sense_of(role) for cents in sums), total]
