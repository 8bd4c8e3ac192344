"""Journals: their totals by month, the journal centralisateur, and the lines of one journal.

Amounts are cents; a journal balances, so one side says it all, and both are shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from clients.models import Dossier
from ledger.models import Journal
from ledger.queries.sums import fetch
from ledger.queries.years import Year

_MONTHS = """
SELECT j.id, j.code, j.label, j.nature, m.month, sum(m.debit)::bigint, sum(m.credit)::bigint,
       sum(m.entry_count)::bigint, sum(m.line_count)::bigint
FROM ledger_journalmonth m
JOIN ledger_journal j ON j.dossier_id = m.dossier_id AND j.id = m.journal_id
WHERE m.dossier_id = %(dossier)s AND m.fiscal_year_id = %(year)s AND m.line_count > 0
GROUP BY j.id, j.code, j.label, j.nature, m.month
ORDER BY m.month, j.code COLLATE "C"
"""


@dataclass(frozen=True, slots=True)
class JournalSums:
    """A journal in one month; `month` is its first day."""

    journal_id: int
    code: str
    label: str
    nature: str
    month: dt.date
    debit: int
    credit: int
    entries: int
    lines: int

    @property
    def nature_label(self) -> str:
        """« Ventes », « Achats »…"""
        return str(Journal.Nature(self.nature).label)


def journal_months(dossier: Dossier, year: Year) -> list[JournalSums]:
    """Every journal of a fiscal year by month, then code, in one query."""
    rows = fetch(_MONTHS, {"dossier": dossier.id, "year": year.id})
    return [JournalSums(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A journal over a year: a cell per month that has entries, and its totals."""

    journal_id: int
    code: str
    label: str
    nature: str
    cells: dict[dt.date, JournalSums]

    @property
    def debit(self) -> int:
        """Total of the year, in cents."""
        return sum(cell.debit for cell in self.cells.values())

    @property
    def credit(self) -> int:
        """Total of the year, in cents."""
        return sum(cell.credit for cell in self.cells.values())

    @property
    def entries(self) -> int:
        """Number of entries in the year."""
        return sum(cell.entries for cell in self.cells.values())


def by_journal(sums: Iterable[JournalSums]) -> list[JournalRow]:
    """The same figures as a matrix, journals by code."""
    rows: dict[int, JournalRow] = {}
    for cell in sums:
        made = JournalRow(cell.journal_id, cell.code, cell.label, cell.nature, {})
        rows.setdefault(cell.journal_id, made).cells[cell.month] = cell
    return sorted(rows.values(), key=lambda row: row.code)


def by_month(sums: Iterable[JournalSums]) -> dict[dt.date, list[JournalSums]]:
    """The same figures as the journal centralisateur: months in order, journals in each."""
    months: dict[dt.date, list[JournalSums]] = {}
    for cell in sums:
        months.setdefault(cell.month, []).append(cell)
    return months


def journals_of(dossier: Dossier) -> list[Journal]:
    """The journals of a dossier by code, in one query."""
    return list(Journal.objects.filter(dossier=dossier).order_by("code"))
