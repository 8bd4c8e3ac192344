"""Journals by month, the journal centralisateur, and one journal, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Count, Sum

from clients.models import Dossier
from firm.errors import NotFound
from firm.formats import SHORT_MONTHS
from ledger.forms import JournalForm
from ledger.models import Entry, EntryLine, Journal
from ledger.queries.entries import EntryFilters, lines_of, wanted
from ledger.queries.journals import JournalSums, by_journal, by_month, journal_months
from ledger.queries.years import Year, month_label, period_of_year, years_of
from ledger.tables import Column, Row, Table
from ledger.tables.naming import file_name, subtitle

BATCH = 500
CENTRALISER = (
    Column("Mois", width=1.4),
    Column("Journal", width=0.8),
    Column("Libellé", width=3),
    Column("Écritures", "integer", 0.9),
    Column("Débit", "amount", 1.3),
    Column("Crédit", "amount", 1.3),
)
JOURNAL = (
    Column("Date", "date", 0.9),
    Column("Écriture", width=0.9),
    Column("Pièce", width=1.2),
    Column("Compte", width=1.1),
    Column("Tiers", width=2),
    Column("Libellé", width=3.2),
    Column("Débit", "amount", 1.2),
    Column("Crédit", "amount", 1.2),
    Column("Let.", width=0.5),
)


def _asked(dossier: Dossier, asked: Mapping[str, Any]) -> tuple[JournalForm, list[JournalSums]]:
    """The fiscal year asked for and its sums, in two queries."""
    form = JournalForm(asked, years=years_of(dossier))
    return form, journal_months(dossier, form.year) if form.year else []


def journals(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """A row a journal, a column a month of the fiscal year; one side, since journals balance."""
    form, sums = _asked(dossier, asked)
    period = period_of_year(form.years, form.year) if form.year else None
    months = sorted({cell.month for cell in sums} | set(period.months() if period else ()))
    rows = by_journal(sums)
    names = [f"{SHORT_MONTHS[day.month - 1]} {day:%y}" for day in months]
    return Table(
        title="Journaux",
        subtitle=subtitle(dossier, period),
        columns=(
            Column("Journal", width=0.7), Column("Libellé", width=1.9),
            Column("Écritures", "integer", 0.8), Column("Total", "amount", 1.2),
            *(Column(name, "amount", 1.05) for name in names),
        ),
        rows=[
            Row([
                row.code, row.label, row.entries, row.debit,
                *(row.cells[day].debit if day in row.cells else None for day in months),
            ])
            for row in rows
        ],
        totals=[
            "", "Total", sum(row.entries for row in rows), sum(row.debit for row in rows),
            *(sum(row.cells[day].debit for row in rows if day in row.cells) for day in months),
        ],
        count=len(rows),
        file_name=file_name("journaux", period),
    )  # fmt: skip


def centraliser(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """A month's total of each journal, then the month's."""
    form, sums = _asked(dossier, asked)
    period = period_of_year(form.years, form.year) if form.year else None
    return Table(
        title="Journal centralisateur",
        subtitle=subtitle(dossier, period),
        columns=CENTRALISER,
        rows=_centralised(sums),
        totals=["", "", "Total de l’exercice", *_summed(sums)],
        count=len(sums),
        file_name=file_name("centralisateur", period),
    )


def _centralised(sums: Sequence[JournalSums]) -> Iterator[Row]:
    for month, cells in by_month(sums).items():
        name = month_label(month)
        yield Row([name.capitalize()], "group")
        for cell in cells:
            yield Row([name, cell.code, cell.label, cell.entries, cell.debit, cell.credit])
        yield Row(["", "", f"Total {name}", *_summed(cells)], "subtotal")


def _summed(cells: Sequence[JournalSums]) -> list[int]:
    return [
        sum(cell.entries for cell in cells),
        sum(cell.debit for cell in cells),
        sum(cell.credit for cell in cells),
    ]


def journal(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The lines of one journal over a fiscal year or a month, streamed by entries.

    Raises:
        NotFound: no journal has this id.
    """
    form = JournalForm(asked, years=years_of(dossier))
    pk = form.cleaned_data.get("journal") or 0
    found = Journal.objects.filter(dossier=dossier, id=pk).first()
    if found is None or form.year is None:
        raise NotFound("Ce journal n’existe pas dans ce dossier. Choisissez-le dans la liste.")
    month: dt.date | None = form.cleaned_data.get("mois")
    filters = _filters(form, form.year, found, month)
    lines = EntryLine.objects.filter(dossier=dossier, entry__in=wanted(dossier, filters))
    sums = lines.aggregate(n=Count("entry"), d=Sum("debit"), c=Sum("credit"))
    totals = ["Total", int(sums["d"] or 0), int(sums["c"] or 0), ""]
    return Table(
        title=f"Journal {found.code} · {found.label}",
        subtitle=subtitle(dossier, filters.period, month_label(month) if month else ""),
        columns=JOURNAL,
        rows=_lines(dossier, filters),
        totals=[None, "", "", "", "", *totals],
        count=sums["n"],
        file_name=file_name(
            "journal", filters.period, found.code, f"{month:%Y-%m}" if month else ""
        ),
    )


def _filters(form: JournalForm, year: Year, found: Journal, month: dt.date | None) -> EntryFilters:
    period = period_of_year(form.years, year)
    return EntryFilters(period, journal_id=found.id, month=month, newest_first=False)


def _lines(dossier: Dossier, filters: EntryFilters) -> Iterator[Row]:
    batch: list[Entry] = []
    for entry in wanted(dossier, filters).order_by("date", "id").iterator(chunk_size=BATCH):
        batch.append(entry)
        if len(batch) == BATCH:
            yield from _lines_of(dossier, batch)
            batch = []
    yield from _lines_of(dossier, batch)


def _lines_of(dossier: Dossier, batch: Sequence[Entry]) -> Iterator[Row]:
    lines = lines_of(dossier, batch) if batch else {}
    for entry in batch:
        for line in lines[entry.id]:
            third = line.third_party
            yield Row([
                entry.date, entry.number, entry.piece_ref, line.account.number,
                (third.label or third.code) if third else "", line.label or entry.label,
                line.debit or None, line.credit or None, line.lettering_code or "",
            ])  # fmt: skip
