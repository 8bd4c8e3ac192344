"""The list of entries, as a table in flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clients.models import Dossier
from firm.formats import amount
from ledger.forms import EntriesForm
from ledger.models import Journal
from ledger.queries.entries import EntryFilters, entry_totals, wanted
from ledger.queries.years import month_label, years_of
from ledger.tables import Column, Row, Table
from ledger.tables.naming import file_name, searched, subtitle

BATCH = 2000
COLUMNS = (
    Column("Date", "date", 0.9),
    Column("Jal", width=0.6),
    Column("Numéro", width=1.1),
    Column("Pièce", width=1.4),
    Column("Libellé", width=4),
    Column("Origine", width=0.9),
    Column("Lignes", "integer", 0.7),
    Column("Montant", "amount", 1.3),
)


def entries(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The entries that the screen lists for the same address, in its order, whole."""
    form = EntriesForm(asked, years=years_of(dossier))
    filters = form.filters()
    totals = entry_totals(dossier, filters) if filters else None
    return Table(
        title="Écritures",
        subtitle=subtitle(dossier, form.period, *(_facts(dossier, filters) if filters else ())),
        columns=COLUMNS,
        rows=_rows(dossier, filters) if filters else (),
        totals=[None, "", "", "", "Total", "", None, totals.debit if totals else 0],
        count=totals.entries if totals else 0,
        file_name=file_name("ecritures", form.period),
    )


def _facts(dossier: Dossier, filters: EntryFilters) -> Iterator[str]:
    if filters.journal_id:
        code = Journal.objects.filter(dossier=dossier, id=filters.journal_id).values_list("code")
        yield f"journal {code[0][0]}" if code else "journal inconnu"
    if filters.month:
        yield month_label(filters.month)
    yield searched(filters.text)
    if filters.amount is not None:
        yield f"montant {amount(filters.amount)}"


def _rows(dossier: Dossier, filters: EntryFilters) -> Iterator[Row]:
    way = "-" if filters.newest_first else ""
    found = wanted(dossier, filters).select_related("journal").order_by(f"{way}date", f"{way}id")
    for entry in found.iterator(chunk_size=BATCH):
        origin = "FEC" if entry.fec_import_id else entry.get_state_display()
        yield Row([
            entry.date, entry.journal.code, entry.number, entry.piece_ref, entry.label, origin,
            entry.line_count, entry.debit,
        ])  # fmt: skip
