"""Cut-offs of a year: what remains to be written at its closing, what was, and reversals due."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from clients.models import Dossier
from ledger.assets.accounts import read
from ledger.assets.days import DAY
from ledger.assets.spreading import after
from ledger.models import CutOff, FiscalYear
from ledger.queries.asset_accounts import Chart
from ledger.queries.posting_accounts import Chosen

Kind = CutOff.Kind
INCOMES = frozenset({Kind.DEFERRED, Kind.ACCRUED_SALE, Kind.ACCRUED_INCOME})
STATES = {
    "due": ("À écrire", "warn"),
    "reversal_due": ("À contre-passer", "wait"),
    "written": ("Écrite", "ok"),
    "nothing": ("Sans effet", "line"),
}

_WRITINGS = """
SELECT w.id, w.cutoff_id, w.closing, w.amount, w.entry_id, w.batch,
    (SELECT r.id FROM ledger_entry r WHERE r.dossier_id = w.dossier_id AND r.id = w.reversal_id),
    e.state <> 'draft'
FROM ledger_cutoffwriting w
JOIN ledger_entry e ON e.dossier_id = w.dossier_id AND e.id = w.entry_id
WHERE w.dossier_id = %(dossier)s
  AND (%(closing)s::date IS NULL OR w.closing = %(closing)s)
  AND (%(cutoff)s::bigint IS NULL OR w.cutoff_id = %(cutoff)s)
ORDER BY w.closing, w.id
"""
# Lines of charges and income of a year that may be spread, by their words.
_LINES = """
SELECT l.entry_id, l.line_no, l.date, l.label, l.debit - l.credit, a.number, a.label
FROM ledger_account a
JOIN ledger_entryline l ON l.dossier_id = a.dossier_id AND l.account_id = a.id
JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id
WHERE a.dossier_id = %(dossier)s AND a.number ~ '^(6[0-5]|7[0-5])' AND NOT e.is_opening
  AND l.date BETWEEN %(since)s AND %(until)s
  AND (a.number ~ '^6' AND l.debit > l.credit OR a.number ~ '^7' AND l.credit > l.debit)
  AND (%(words)s = '' OR l.label ILIKE %(like)s OR a.number LIKE %(start)s)
  AND NOT EXISTS (SELECT 1 FROM ledger_cutoff c WHERE c.dossier_id = l.dossier_id
                  AND c.source_entry_id = l.entry_id AND c.source_line_no = l.line_no)
  AND NOT EXISTS (SELECT 1 FROM ledger_cutoffwriting w WHERE w.dossier_id = l.dossier_id
                  AND l.entry_id IN (w.entry_id, w.reversal_id))
ORDER BY abs(l.debit - l.credit) DESC, l.entry_id, l.line_no LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class WrittenCutOff:
    """A closing entry in the books, and its reversal if it is there too."""

    id: int
    cutoff_id: int
    closing: dt.date
    amount: int
    entry_id: int
    batch: uuid.UUID
    reversal_id: int | None
    is_final: bool


@dataclass(frozen=True, slots=True)
class AtClosing:
    """A cut-off at one closing: cents that its entry takes, and the entry if it is written."""

    cutoff: CutOff
    closing: dt.date
    cents: int
    written: WrittenCutOff | None

    @property
    def state(self) -> str:
        """A key of `STATES`."""
        if self.written is None:
            return "due" if self.cents else "nothing"
        return "written" if self.written.reversal_id else "reversal_due"

    @property
    def vat(self) -> int:
        """VAT that waits with it, in cents."""
        return int(self.cutoff.vat)

    @property
    def label(self) -> str:
        """What its entry is called."""
        return f"{self.cutoff.get_kind_display()} · {self.cutoff.label}"[:500]


@dataclass(frozen=True, slots=True)
class Spreadable:
    """A line of a charge or an income, with its signed cents."""

    entry_id: int
    line_no: int
    date: dt.date
    label: str
    cents: int
    account: str
    account_label: str


def writings(
    dossier: Dossier, *, closing: dt.date | None = None, cutoff: int | None = None
) -> list[WrittenCutOff]:
    """The closing entries that stand in the books, in one query."""
    values = {"dossier": dossier.id, "closing": closing, "cutoff": cutoff}
    with connection.cursor() as cursor:
        cursor.execute(_WRITINGS, values)
        return [WrittenCutOff(*row) for row in cursor.fetchall()]


def cents_at(cutoff: CutOff, closing: dt.date) -> int:
    """What its entry takes at a closing: the days after it, or the whole of what is due then."""
    if not cutoff.is_spread:
        return int(cutoff.amount) if closing == cutoff.year_end else 0
    if closing < cutoff.year_end or cutoff.since is None or cutoff.until is None:
        return 0
    return after(cutoff.amount, cutoff.since, cutoff.until, closing)


def at_closing(dossier: Dossier, closing: dt.date) -> list[AtClosing]:
    """The cut-offs that meet a closing, by kind then id; two queries."""
    rows = CutOff.objects.filter(dossier=dossier, year_end__lte=closing).filter(
        Q(year_end=closing) | Q(until__gt=closing)
    )
    done = {one.cutoff_id: one for one in writings(dossier, closing=closing)}
    return [
        AtClosing(row, closing, cents_at(row, closing), done.get(row.id))
        for row in rows.order_by("kind", "id")
    ]


def reversals_due(dossier: Dossier) -> list[WrittenCutOff]:
    """Closing entries whose reversal is not in the books, in one query."""
    return [one for one in writings(dossier) if one.reversal_id is None]


def reversible_days(dossier: Dossier, closings: Iterable[dt.date]) -> set[dt.date]:
    """Those of these closings whose next day lies in an open year, in one query."""
    years = FiscalYear.objects.filter(dossier=dossier, state=FiscalYear.State.OPEN)
    spans = list(years.values_list("start", "end"))
    return {day for day in closings if any(start <= day + DAY <= end for start, end in spans)}


def lines_of(row: AtClosing, chart: Chart) -> list[tuple[Chosen, int]]:
    """The lines of a closing entry, in signed cents; its reversal has the opposite ones."""
    roots = read()["cutoffs"][row.cutoff.kind]
    kind, account = row.cutoff.kind, chart.chosen(row.cutoff.account)
    balance = chart.of_root(roots["balance"])
    if row.cutoff.is_spread:
        sign = 1 if kind == Kind.PREPAID else -1
        return [(balance, sign * row.cents), (account, -sign * row.cents)]
    sign = -1 if kind in INCOMES else 1
    lines = [(account, sign * row.cents), (balance, -sign * (row.cents + row.vat))]
    if row.vat and "vat" in roots:
        lines.insert(1, (chart.of_root(roots["vat"]), sign * row.vat))
    return lines


def mark(rows: Sequence[AtClosing]) -> str:
    """A digest of what a preview shows."""
    said = [(row.cutoff.id, row.cents, row.vat) for row in rows]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def spreadable_lines(
    dossier: Dossier, since: dt.date, until: dt.date, words: str
) -> list[Spreadable]:
    """Lines of charges and income of a year without cut-off, the largest first, in one query."""
    values: dict[str, Any] = {
        "dossier": dossier.id, "since": since, "until": until, "words": words,
        "like": f"%{words}%", "start": f"{words}%",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LINES, values)
        return [Spreadable(*row) for row in cursor.fetchall()]


def written_of(cutoff: CutOff) -> bool:
    """Whether a closing entry of it stands in the books."""
    return bool(writings(cutoff.dossier, cutoff=cutoff.id))
